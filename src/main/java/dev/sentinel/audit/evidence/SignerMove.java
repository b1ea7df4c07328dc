package dev.sentinel.audit.evidence;

import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.files.ExclusiveLock;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

    private final SignerFiles named;
    private final SignerFiles to;
    private final boolean isShared;

    /**
     * Names the files and does nothing else.
     *
     * @param source the file that the keys of the log were named after
     * @param target the file that they will be named after; may be the same
     * @param isShared whether the log goes on in a database that several servers share
     */
    public SignerMove(Path source, Path target, boolean isShared) {
        this.named = new SignerFiles(source);
        this.to = new SignerFiles(target);
        this.isShared = isShared;
    }

    /**
     * Throws {@link Unusable} if the keys are not those of the log: a server that was only tried in a directory leaves
     * its keys there. To be called before the log is copied. Changes nothing.
     *
     * @param announced the public keys that the servers of the log have announced, by number, newest first
     */
    public void check(String logId, Map<Integer, List<String>> announced) {
        SignerFiles from = from();
        int number = from.highest();
        from.keys(number)
                .filter(keys -> !belong(keys, logId, announced.getOrDefault(number, List.of())))
                .ifPresent(keys -> {
                    throw new Unusable(from.keyFile(number) + " is not a key of the log that is migrated; move it away,"
                            + " or name the right one with SIGNING_KEY_FILE");
                });
        refuseOthers(from);
    }

    private static boolean belong(LogKeys keys, String logId, List<String> announced) {
        return announced.isEmpty()
                ? !SignerFiles.isNamedAfterAnother(keys.primary().verifierKey().name(), logId)
                : keys.continuing(announced).isPresent();
    }

    /** Moves the keys of the log. */
    public Result run() {
        SignerFiles from = from();
        if (from.highest() == 0) {
            return Result.NONE;
        }
        boolean stays = stays(from);
        Optional<ExclusiveLock> held = from.lock();
        if (held.isEmpty()) {
            return Result.IN_USE;
        }
        try {
            refuseOthers(from);
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

    /** The source may have had them where the target looks for them. */
    private SignerFiles from() {
        return named.highest() > 0 ? named : to;
    }

    private boolean stays(SignerFiles from) {
        return from.lockFile().normalize().equals(to.lockFile().normalize());
    }

    private void refuseOthers(SignerFiles from) {
        if (!stays(from) && to.highest() > 0 && !from.wasMoved(!isShared)) {
            throw new Unusable(to.keyFile(to.highest()) + " exists, and so does " + from.keyFile(from.highest())
                    + ", the key of the log that is migrated; move away the one that is not of this log");
        }
    }
}
