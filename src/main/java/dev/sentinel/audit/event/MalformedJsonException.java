package dev.sentinel.audit.event;

/** A body that is not JSON. Its message is a sentence for the client; it repeats nothing that the client sent. */
public final class MalformedJsonException extends RuntimeException {

    /** Stackless: it is an answer, not a defect. */
    MalformedJsonException(String message) {
        super(message, null, false, false);
    }
}
