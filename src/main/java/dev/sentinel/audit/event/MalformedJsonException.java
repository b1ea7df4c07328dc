package dev.sentinel.audit.event;

/** The body is not JSON. The message is a sentence for the client and repeats nothing that the client sent. */
public final class MalformedJsonException extends RuntimeException {

    /** Stackless, because it is an expected result. */
    MalformedJsonException(String message) {
        super(message, null, false, false);
    }
}
