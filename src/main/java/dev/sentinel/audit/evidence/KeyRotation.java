package dev.sentinel.audit.evidence;

import dev.sentinel.audit.config.EvidenceConfig;
import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.SigningKey;
import dev.sentinel.audit.evidence.tlog.VerifierKey;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.files.ExclusiveLock;
import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.store.SignedLog;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Replaces the key of a log, which goes on under the same name and number. For a while the old key signs, too, so that
 * verifiers have the time to learn the new one. Not for a key that others may have: they could sign another history of
 * the same number, so then the log goes on under the next one; see {@link Renumbering}.
 *
 * <p>First all that is to be done is written down, which decides; then it is done: by the command, or by the server
 * that holds the keys, at its next checkpoint or start. So a crash loses nothing. Blocking, one thread.
 */
public final class KeyRotation implements AutoCloseable {
    private final SignerFiles files;
    private final ExclusiveLock lock;
    private final Rotation rotation;
    private final boolean continued;

    private KeyRotation(SignerFiles files, ExclusiveLock lock, Rotation rotation, boolean continued) {
        this.files = files;
        this.lock = lock;
        this.rotation = rotation;
        this.continued = continued;
    }

    /**
     * Decides to replace the key of the current number, or goes on with what an interrupted command has decided. Throws
     * {@link Unusable} if there is no key that may sign.
     *
     * @param log what the database tells; nothing of a database that only one server uses
     * @param isShared whether several servers use the database
     * @param until when the old key ends to sign, too
     * @param act makes the act that the log must record, from its details
     */
    public static KeyRotation begin(
            EvidenceConfig config,
            SignedLog.Standing log,
            boolean isShared,
            Instant until,
            Function<Map<String, String>, AdminAct> act) {
        SignerFiles files = new SignerFiles(config.signingKey());
        int number = Math.max(log.number(), files.highest());
        if (number == 0) {
            throw new Unusable("the log was never signed, so it has no key to replace");
        }
        ExclusiveLock lock = files.lockRotation()
                .orElseThrow(() -> new Unusable("another command is replacing the key; wait for it"));
        try {
            Optional<Rotation> left = files.former(number)
                    .rotation()
                    .filter(decided ->
                            files.key(number).filter(decided::concerns).isPresent());
            Rotation rotation = left.isPresent() ? left.get() : decide(files, log, number, isShared, until, act);
            return new KeyRotation(files, lock, rotation, left.isPresent());
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static Rotation decide(
            SignerFiles files,
            SignedLog.Standing log,
            int number,
            boolean isShared,
            Instant until,
            Function<Map<String, String>, AdminAct> act) {
        VerifierKey before = current(files, log, number, isShared);
        SigningKey next = SigningKey.generate(before.name(), new SecureRandom());
        Map<String, String> details = Map.of(
                "number", Integer.toString(number),
                "origin", before.name(),
                "old_vkey", before.toString(),
                "new_vkey", next.verifierKey().toString(),
                "old_vkey_until", until.toString());
        Rotation rotation = new Rotation(number, before, next, until, act.apply(details));
        files.former(number).decide(rotation);
        return rotation;
    }

    /** The key that signs; what stops the signer is not made worse by another key. */
    private static VerifierKey current(SignerFiles files, SignedLog.Standing log, int number, boolean isShared) {
        if (files.wasMoved(isShared) || log.isMoved()) {
            throw new Unusable("the log was moved to another database; set DATABASE_URL as its servers have it");
        }
        LogKeys keys = files.keys(number)
                .orElseThrow(() -> new Unusable(files.keyFile(number) + " does not exist; run the command where the key"
                        + " is, or set SIGNING_KEY_FILE as the server has it"));
        List<String> known = keys.continuing(log.verifierKeys().getOrDefault(number, List.of()))
                .orElseThrow(() -> new Unusable(files.keyFile(number) + " is not the key that signs the log, because it"
                        + " was replaced on another server; copy the new key here first"));
        if (!remembers(files, number, known)) {
            throw new Unusable("the file .state beside " + files.keyFile(number) + " is missing or damaged, so nobody"
                    + " knows what the key has signed; see the guide Evidence, memory-lost");
        }
        return keys.primary().verifierKey();
    }

    private static boolean remembers(SignerFiles files, int number, List<String> known) {
        try {
            return files.state(number)
                    .filter(note -> LogKeys.isSigned(note, known))
                    .isPresent();
        } catch (MalformedNoteException e) {
            return false;
        }
    }

    /** Whether an earlier command has decided it, with its own end of the old key. */
    public boolean isContinued() {
        return continued;
    }

    /** What the log must record. May be recorded again. */
    public AdminAct act() {
        return rotation.act();
    }

    /** The key that is replaced. */
    public VerifierKey before() {
        return rotation.before();
    }

    /** The key that replaces it. */
    public VerifierKey next() {
        return rotation.next().verifierKey();
    }

    /** When the old key ends to sign, too. */
    public Instant until() {
        return rotation.until();
    }

    /** The files that other servers with the old key need, in the order in which they are to be copied. */
    public List<Path> copies() {
        return files.copies(rotation.number());
    }

    /**
     * Replaces the key, if no server holds the keys. The act MUST have been recorded.
     *
     * @param now a former key whose end has come is deleted
     * @return false if a server holds them: it replaces the key
     */
    public boolean finish(Instant now) {
        FormerKeys former = files.former(rotation.number());
        if (former.rotation().isEmpty()) {
            return isReplaced();
        }
        Optional<ExclusiveLock> held = files.lock();
        if (held.isEmpty()) {
            return false;
        }
        try {
            files.replaceKey(rotation);
            former.forgetEnded(now);
            former.forgetRotation(rotation);
            return isReplaced();
        } finally {
            held.get().close();
        }
    }

    private boolean isReplaced() {
        if (!files.key(rotation.number()).filter(rotation::isBy).isPresent()) {
            throw new Unavailable(
                    files.keyFile(rotation.number()) + " is another key than both; run the command again");
        }
        return true;
    }

    @Override
    public void close() {
        lock.close();
    }
}
