package dev.sentinel.audit.event;

/** A text is not an event as this server writes it, so it has no leaf. The message says what is wrong with it. */
public final class MalformedEventException extends RuntimeException {

    /** Stackless, because it is an expected result. */
    MalformedEventException(String message) {
        super(message, null, false, false);
    }
}
