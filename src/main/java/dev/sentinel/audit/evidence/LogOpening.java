package dev.sentinel.audit.evidence;

import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.SigningKey;
import java.util.Optional;

/** What is found at a start: the key of the current number, what it has signed, and what follows from that. */
sealed interface LogOpening {

    /**
     * Signing may begin when the tree has agreed with what was signed.
     *
     * @param signed the note that the key has signed last
     * @param expected its checkpoint, with which the tree must agree; of size 0 if nothing of the log was signed
     */
    record Ready(int number, SigningKey key, SignedNote signed, Checkpoint expected) implements LogOpening {}

    /** A number must be begun. */
    record Begin(int number) implements LogOpening {}

    /** Nothing may be signed. */
    record Stopped(EvidenceState state) implements LogOpening {}

    /**
     * Looks at the signer's files. Blocking.
     *
     * @param recorded the number that the log records
     * @param end the number of events in the log
     */
    static LogOpening of(SignerFiles files, int recorded, long end) {
        int number = Math.max(recorded, files.highest());
        if (number == 0) {
            return new Begin(1);
        }
        Optional<SigningKey> key = files.key(number);
        Optional<SignedNote> signed;
        Checkpoint last;
        try {
            signed = files.state(number);
            if (signed.isEmpty()) {
                return key.isEmpty() ? new Begin(number + 1) : new Stopped(EvidenceState.MEMORY_LOST);
            }
            last = Checkpoint.parse(signed.get().text());
        } catch (MalformedNoteException e) {
            return new Stopped(EvidenceState.MEMORY_LOST);
        }
        if (key.isEmpty()) {
            // A crash may have come between the two files of a new number.
            return last.size() == 0 ? new Begin(number + 1) : new Stopped(EvidenceState.KEY_LOST);
        }
        if (!signed.get().verifiedBy(key.get().verifierKey())) {
            return new Stopped(EvidenceState.MEMORY_LOST);
        }
        return last.size() > end
                ? new Stopped(EvidenceState.ROLLED_BACK)
                : new Ready(number, key.get(), signed.get(), last);
    }
}
