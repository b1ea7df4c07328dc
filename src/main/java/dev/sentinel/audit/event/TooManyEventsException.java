package dev.sentinel.audit.event;

import java.util.Locale;

/** The body has more events than a request may hold. The message is a sentence for the client. */
public final class TooManyEventsException extends RuntimeException {
    private final int maxEvents;

    /** Stackless, because it is an expected result. */
    public TooManyEventsException(int maxEvents) {
        super(String.format(Locale.ROOT, "A request may hold at most %,d events.", maxEvents), null, false, false);
        this.maxEvents = maxEvents;
    }

    public int maxEvents() {
        return maxEvents;
    }
}
