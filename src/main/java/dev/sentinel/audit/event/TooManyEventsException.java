package dev.sentinel.audit.event;

/** The body holds more events than a request may. */
public final class TooManyEventsException extends Exception {
    TooManyEventsException(int max) {
        super("a request may hold at most " + max + " events", null, false, false);
    }
}
