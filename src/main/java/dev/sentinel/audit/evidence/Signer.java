package dev.sentinel.audit.evidence;

import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.failure.Unavailable;
import java.time.Instant;
import java.util.Optional;

/**
 * Signs the checkpoints of one number of a log, with its key and with those that it has replaced lately. A signature is
 * on disk, beside the key, before anybody sees it, so that a key never signs two trees that contradict each other: not
 * after a crash, and not if two servers have it. Blocking, one thread.
 */
final class Signer {
    private final SignerFiles files;
    private final int number;
    private final LogKeys keys;
    private SignedNote last;

    /** @param last the note that the key has signed last, in its file, which the owner has compared with the log */
    Signer(SignerFiles files, int number, LogKeys keys, SignedNote last) {
        this.files = files;
        this.number = number;
        this.keys = keys;
        this.last = last;
    }

    /** When the next of the keys ends; empty if none does. */
    Optional<Instant> nextEnd() {
        return keys.nextEnd();
    }

    /**
     * Signs the tree of a size, which must grow. Throws {@link Unavailable}; then nothing was published, and the caller
     * may try again.
     *
     * @return empty if the key was replaced, so that the files must be read again
     */
    Optional<SignedNote> sign(long size, TreeHash root, Instant now) {
        Checkpoint checkpoint = new Checkpoint(keys.primary().verifierKey().name(), size, root);
        if (Checkpoint.parse(last.text()).size() >= size) {
            throw new IllegalStateException("a tree of " + size + " is not larger than what was signed");
        }
        Optional<SignedNote> known = files.state(number);
        if (!known.equals(Optional.of(last))) {
            if (known.filter(note -> note.text().equals(last.text())).isPresent()) {
                return Optional.empty();
            }
            throw new Unavailable("another server signs with " + files.keyFile(number), null);
        }
        SignedNote note = keys.sign(checkpoint.text(), now);
        files.remember(number, note);
        last = note;
        return Optional.of(note);
    }
}
