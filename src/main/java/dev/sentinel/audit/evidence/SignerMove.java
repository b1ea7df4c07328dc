package dev.sentinel.audit.evidence;

import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.files.ExclusiveLock;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Moves the signing keys of a log, and what they have signed, with the log to a database of the other kind. From then
 * on no server signs the log where it was: first that is written down beside the keys, then they are copied, then the
 * old ones are deleted. Interrupted at any point, it can be done again. Blocking.
 */
public final class SignerMove {
    /** What was done. */
    public enum Result {
        /** The keys are where the servers of the new database look for them. */
        MOVED,
        /** The keys stay where they are, and only servers of the new database sign with them. */
        STAYED,
        /** There are no keys: the log was never signed, or they are somewhere else. */
        NONE,
        /** A server signs with them. Nothing was changed. */
        IN_USE
    }

    private SignerMove() {}

    /**
     * Moves the keys of a log.
     *
     * @param source the file that the keys of the log were named after
     * @param target the file that they will be named after; may be the same
     * @param isShared whether the log goes on in a database that several servers share
     */
    public static Result run(Path source, Path target, boolean isShared) {
        SignerFiles to = new SignerFiles(target);
        SignerFiles found = new SignerFiles(source);
        // The source may have had them where the target looks for them.
        SignerFiles from = found.highest() > 0 ? found : to;
        if (from.highest() == 0) {
            return Result.NONE;
        }
        boolean stays = from.lockFile().normalize().equals(to.lockFile().normalize());
        Optional<ExclusiveLock> held = from.lock();
        if (held.isEmpty()) {
            return Result.IN_USE;
        }
        try {
            if (!stays && to.highest() > 0 && !from.wasMoved(!isShared)) {
                refuseOthers(from, to);
            }
            from.rememberMoved(isShared);
            if (!stays) {
                to.adopt(from);
                to.forgetMoved();
            }
            return stays ? Result.STAYED : Result.MOVED;
        } finally {
            held.get().close();
        }
    }

    private static void refuseOthers(SignerFiles from, SignerFiles to) {
        throw new Unusable(to.keyFile(to.highest()) + " exists, and so does " + from.keyFile(from.highest())
                + ", the key of the log that is migrated; move away the one that is not of this log");
    }
}
