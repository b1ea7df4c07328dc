package dev.sentinel.audit.evidence;

import dev.sentinel.audit.config.EvidenceConfig;
import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.store.NumberedLog;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Begins the next number of a log: the same events under another name and another key. That is how a log goes on that
 * was restored from a copy, or whose signer lost its memory, without a key ever signing two histories. What was lost
 * stays provable, since the last checkpoint of the number before becomes part of the log.
 */
public final class Renumbering {
    /**
     * What was begun.
     *
     * @param number the new one
     * @param details for the event {@code log.renumbered}
     */
    public record Begun(int number, Map<String, String> details) {
        public Begun {
            details = Map.copyOf(details);
        }
    }

    private Renumbering() {}

    /**
     * Makes the key of the next number and records the number in the log. Blocking. Empty if no number was ever begun:
     * the server then begins the first one.
     *
     * @param reason for people who read the event
     */
    public static Optional<Begun> run(EvidenceConfig config, NumberedLog log, String reason) {
        SignerFiles files = new SignerFiles(config.signingKey());
        int before = Math.max(log.number(), files.highest());
        if (before == 0) {
            return Optional.empty();
        }
        Map<String, String> details = new TreeMap<>();
        details.put("reason", reason);
        describe(files, before, log.events(), details);
        int number = before + 1;
        String origin = SignerFiles.origin(config.origin(), log.logId(), number);
        // The key first: without it, the server would begin yet another number.
        details.put("vkey", files.make(number, origin).verifierKey().toString());
        details.put("number", Integer.toString(number));
        details.put("origin", origin);
        log.begin(number);
        return Optional.of(new Begun(number, details));
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
}
