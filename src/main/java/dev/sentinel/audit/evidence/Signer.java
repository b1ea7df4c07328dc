package dev.sentinel.audit.evidence;

import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.SigningKey;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.failure.Unavailable;
import java.util.List;
import java.util.Optional;

/**
 * Signs the checkpoints of one number of a log. A signature is on disk, beside the key, before anybody sees it, so that
 * a key never signs two trees that contradict each other: not after a crash, and not if two servers have it. Blocking,
 * one thread.
 */
final class Signer {
    private final SignerFiles files;
    private final int number;
    private final SigningKey key;
    private SignedNote last;

    /** @param last the note that the key has signed last, in its file, which the owner has compared with the log */
    Signer(SignerFiles files, int number, SigningKey key, SignedNote last) {
        this.files = files;
        this.number = number;
        this.key = key;
        this.last = last;
    }

    /**
     * Signs the tree of a size, which must grow. Throws {@link Unavailable}; then nothing was published, and the caller
     * may try again.
     */
    SignedNote sign(long size, TreeHash root) {
        Checkpoint checkpoint = new Checkpoint(key.verifierKey().name(), size, root);
        if (Checkpoint.parse(last.text()).size() >= size) {
            throw new IllegalStateException("a tree of " + size + " is not larger than what was signed");
        }
        if (!files.state(number).equals(Optional.of(last))) {
            throw new Unavailable("another server signs with " + files.keyFile(number), null);
        }
        String text = checkpoint.text();
        SignedNote note = new SignedNote(text, List.of(key.sign(text)));
        files.remember(number, note);
        last = note;
        return note;
    }
}
