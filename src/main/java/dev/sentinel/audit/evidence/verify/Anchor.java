package dev.sentinel.audit.evidence.verify;

import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.SignedNote;

/**
 * A checkpoint to compare with.
 *
 * @param source where it was found, for people
 * @param label where it is from, in one word for scripts, such as {@code checkpoint:2026-11-27T08:00:00Z}
 * @param given whether it is from outside: the caller kept it, or witnesses have cosigned it as the policy asks
 * @param signed what the given keys say of it
 */
public record Anchor(
        String source, String label, boolean given, SignedNote note, Checkpoint checkpoint, Trust.Signed signed) {

    /** Returns the number of events that it covers. */
    public long size() {
        return checkpoint.size();
    }

    boolean isPinned() {
        return signed == Trust.Signed.PINNED;
    }

    @Override
    public String toString() {
        return source + " (size " + size() + ")";
    }
}
