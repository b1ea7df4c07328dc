package dev.sentinel.audit.evidence.tlog;

/**
 * A text or file is not in its format: a note, a checkpoint, a proof, a key, a policy or an entry bundle. The message
 * says which rule it breaks, and repeats nothing of a private key.
 */
public final class MalformedNoteException extends RuntimeException {

    /** Stackless, because it is an expected result. */
    public MalformedNoteException(String message) {
        super(message, null, false, false);
    }
}
