package dev.sentinel.audit.evidence.verify;

import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.Policy;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.VerifierKey;
import java.util.List;
import java.util.Optional;

/**
 * What the caller got from outside of the log. A key that the log itself shows proves nothing.
 *
 * @param keys of the log
 * @param policy witnesses, whose quorum makes a checkpoint one from outside; empty for none
 */
public record Trust(List<VerifierKey> keys, Optional<Policy> policy) {
    /** What the keys say of a note. */
    public enum Signed {
        /** A key signed it, and no signature that names a key is false. */
        PINNED,
        /** No key was given. */
        NO_KEY,
        /** No signature names a given key. */
        NOT_SIGNED,
        /** A signature names a given key and is not of it. */
        FALSE
    }

    public Trust {
        keys = List.copyOf(keys);
    }

    /** Takes about a millisecond for each signature of a given key. */
    Signed of(SignedNote note) {
        if (keys.isEmpty()) {
            return Signed.NO_KEY;
        }
        Signed signed = Signed.NOT_SIGNED;
        for (VerifierKey key : keys) {
            switch (note.verdictOf(key)) {
                case FAILED -> {
                    return Signed.FALSE;
                }
                case VERIFIED -> signed = Signed.PINNED;
                case ABSENT -> {}
            }
        }
        return signed;
    }

    /**
     * Makes an anchor of a note.
     *
     * @throws MalformedNoteException if the note is not a checkpoint
     */
    Anchor anchor(String source, String label, boolean given, SignedNote note) {
        boolean witnessed = isWitnessed(note);
        return new Anchor(
                source,
                witnessed && !given ? "witnesses" : label,
                given || witnessed,
                note,
                Checkpoint.parse(note.text()),
                of(note));
    }

    /** Whether witnesses have seen the note as the policy asks. A policy that asks for none says nothing. */
    boolean isWitnessed(SignedNote note) {
        return policy.filter(known -> !known.needsNoWitness() && known.witnessedBy(note))
                .isPresent();
    }

    /** Whether the policy asks for witnesses. */
    boolean asksForWitnesses() {
        return policy.filter(known -> !known.needsNoWitness()).isPresent();
    }
}
