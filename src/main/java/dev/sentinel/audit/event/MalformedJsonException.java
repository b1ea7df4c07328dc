package dev.sentinel.audit.event;

/** The body as a whole is not JSON. The message is a sentence for the client and repeats nothing of the body. */
public final class MalformedJsonException extends Exception {
    MalformedJsonException(String message) {
        super(message, null, false, false);
    }
}
