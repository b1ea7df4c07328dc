package dev.sentinel.audit.evidence;

import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.SigningKey;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** What is found at a start: the key of the current number, what it has signed, and what follows from that. */
sealed interface LogOpening {

    /** Signing may begin when the tree has agreed with what was signed. */
    record Ready(int number, SigningKey key, Optional<SignedNote> signed) implements LogOpening {
        /** What the tree must agree with; null if nothing was signed. */
        @Nullable
        Checkpoint expected() {
            return signed.map(note -> Checkpoint.parse(note.text())).orElse(null);
        }
    }

    /** A number must be begun. */
    record Begin(int number) implements LogOpening {}

    /** Nothing may be signed. */
    record Stopped(EvidenceState state) implements LogOpening {}

    /**
     * Looks at the signer's files. Blocking.
     *
     * @param recorded the number that the log records
     * @param names the full name of each number of the log
     * @param end the number of events in the log
     * @param known whether the stored tree has a checkpoint of the log
     */
    static LogOpening of(SignerFiles files, int recorded, IntFunction<String> names, long end, @Nullable String known) {
        int number = Math.max(recorded, files.highest());
        if (number == 0) {
            return new Begin(1);
        }
        Optional<SigningKey> key = files.key(number);
        Optional<SignedNote> signed;
        try {
            signed = files.state(number);
            signed.ifPresent(note -> Checkpoint.parse(note.text()));
        } catch (MalformedNoteException e) {
            return new Stopped(EvidenceState.MEMORY_LOST);
        }
        if (key.isEmpty()) {
            return signed.isEmpty() ? new Begin(number + 1) : new Stopped(EvidenceState.KEY_LOST);
        }
        String name = key.get().verifierKey().name();
        if (signed.isEmpty()) {
            // A crash may have come between the two files of a new number, but not after the first checkpoint.
            return known != null && known.startsWith(name + "\n")
                    ? new Stopped(EvidenceState.MEMORY_LOST)
                    : name.equals(names.apply(number)) ? new Ready(number, key.get(), signed) : new Begin(number + 1);
        }
        Checkpoint last = Checkpoint.parse(signed.get().text());
        if (!signed.get().verifiedBy(key.get().verifierKey())) {
            return new Stopped(EvidenceState.MEMORY_LOST);
        }
        return last.size() > end || !name.equals(names.apply(number))
                ? new Stopped(EvidenceState.ROLLED_BACK)
                : new Ready(number, key.get(), signed);
    }
}
