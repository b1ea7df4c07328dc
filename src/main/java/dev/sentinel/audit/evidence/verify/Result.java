package dev.sentinel.audit.evidence.verify;

/**
 * The result of a verification in one word, in rising order of what it hides: the last one that applies counts. Three
 * kinds of trust have three words, so that nobody takes a log that agrees with itself for one that was verified.
 */
public enum Result {
    /** Everything agrees with an anchor from outside of the log: a checkpoint, or a note, signed by a given key. */
    VERIFIED(0),
    /** As VERIFIED, up to the anchor; nothing from outside vouches for what is newer. */
    PARTLY_ANCHORED(3),
    /** Agrees with a checkpoint from outside, but no key was given to show who signed it. */
    UNPINNED(3),
    /** Agrees in itself. Someone who can write all of it could have changed all of it. */
    CONSISTENT(3),
    /** Could not be checked; says nothing about the log. */
    NOT_CHECKED(1),
    /** Shorter than what was signed, or an export without its end. */
    TRUNCATED(5),
    /** Events were edited, moved, inserted or removed, or a proof is of something else. */
    ALTERED(4),
    /** A note is not signed by a given key. */
    FORGED(4),
    /** Two notes that cannot be of one log. They are the proof. */
    FORK(4);

    private final int exitCode;

    Result(int exitCode) {
        this.exitCode = exitCode;
    }

    /** Returns the exit code of the command. */
    public int exitCode() {
        return exitCode;
    }
}
