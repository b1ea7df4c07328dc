package dev.sentinel.audit.evidence;

import dev.sentinel.audit.config.EvidenceConfig;
import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.SigningKey;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.files.ExclusiveLock;
import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.store.NumberedLog;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Begins the next number of a log: the same events under another name and another key. That is how a log goes on that
 * was restored from a copy, or whose signer lost its memory, without a key ever signing two histories. What was lost
 * stays provable, since the last checkpoint of the number before becomes part of the log.
 *
 * <p>First all that is to be done is written down; then the log records the number, which decides; then it is done. So
 * a crash leaves either nothing or what the next start of the server finishes. Blocking, one thread. Holds the lock of
 * the signer until it is closed.
 */
public final class Renumbering implements AutoCloseable {
    private final SignerFiles files;
    private final ExclusiveLock lock;
    private final Beginning beginning;
    private final Map<String, String> details;

    private Renumbering(SignerFiles files, ExclusiveLock lock, Beginning beginning, Map<String, String> details) {
        this.files = files;
        this.lock = lock;
        this.beginning = beginning;
        this.details = Map.copyOf(details);
    }

    /**
     * Writes down what is to be done. The log is as it was. Empty if no number was ever begun: the server then begins
     * the first one.
     *
     * @param reason for people who read the event
     * @param acts makes the acts that the log must record, from the details of {@code log.renumbered}
     */
    public static Optional<Renumbering> prepare(
            EvidenceConfig config, NumberedLog log, String reason, Function<Map<String, String>, List<AdminAct>> acts) {
        SignerFiles files = new SignerFiles(config.signingKey());
        if (Math.max(log.number(), files.highest()) == 0) {
            return Optional.empty();
        }
        ExclusiveLock lock = files.lock()
                .orElseThrow(() -> new Unusable(
                        "another process signs with these keys (it holds " + files.lockFile() + "); stop it first"));
        try {
            return Optional.of(prepare(config, files, lock, log, reason, acts));
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static Renumbering prepare(
            EvidenceConfig config,
            SignerFiles files,
            ExclusiveLock lock,
            NumberedLog log,
            String reason,
            Function<Map<String, String>, List<AdminAct>> acts) {
        int before = Math.max(log.number(), files.highest());
        int number = before + 1;
        SigningKey key =
                SigningKey.generate(SignerFiles.origin(config.origin(), log.logId(), number), new SecureRandom());
        Map<String, String> details = new TreeMap<>();
        details.put("reason", reason);
        describe(files, before, log.events(), details);
        details.put("vkey", key.verifierKey().toString());
        details.put("number", Integer.toString(number));
        details.put("origin", key.verifierKey().name());
        // If nothing was signed under the number before, what it found is left to this one.
        long found = files.beginning(before).map(Beginning::found).orElse(0L);
        Beginning beginning = new Beginning(number, key, acts.apply(details), found);
        files.begin(beginning);
        return new Renumbering(files, lock, beginning, details);
    }

    /**
     * Finishes a command that was interrupted after the log had recorded the number. Empty if there was none.
     *
     * @param log as it records the number
     */
    public static Optional<Renumbering> interrupted(EvidenceConfig config, NumberedLog log) {
        SignerFiles files = new SignerFiles(config.signingKey());
        if (log.number() == 0 || files.key(log.number()).isPresent()) {
            return Optional.empty();
        }
        return files.beginning(log.number()).map(left -> {
            ExclusiveLock lock = files.lock()
                    .orElseThrow(() -> new Unusable("another process signs with these keys; stop it first"));
            String vkey = left.key().verifierKey().toString();
            String origin = left.key().verifierKey().name();
            return new Renumbering(files, lock, left, Map.of("origin", origin, "vkey", vkey));
        });
    }

    private static void describe(SignerFiles files, int before, long events, Map<String, String> details) {
        details.put("size_now", Long.toString(events));
        try {
            Optional<SignedNote> note = files.state(before);
            if (note.isPresent()) {
                Checkpoint last = Checkpoint.parse(note.get().text());
                details.put("previous_origin", last.origin());
                details.put("previous_checkpoint", note.get().toString());
                details.put("size_before", Long.toString(last.size()));
                details.put("missing", Long.toString(Math.max(0, last.size() - events)));
            }
        } catch (MalformedNoteException e) {
            details.put("previous_checkpoint", "damaged");
        }
    }

    /** The number that is begun: what the log must record before {@link #finish}. */
    public int number() {
        return beginning.number();
    }

    /** What the event {@code log.renumbered} says. */
    public Map<String, String> details() {
        return details;
    }

    /**
     * Makes the key. The log MUST have recorded the number.
     *
     * @param record has the server capture an act; durable when it returns
     */
    public void finish(Consumer<AdminAct> record) {
        files.install(beginning);
        beginning.acts().forEach(record);
        // With events to seal, the server finishes.
        if (beginning.found() == 0) {
            files.forgetBeginning(beginning.number());
        }
    }

    @Override
    public void close() {
        lock.close();
    }
}
