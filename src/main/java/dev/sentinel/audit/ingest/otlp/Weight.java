package dev.sentinel.audit.ingest.otlp;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.ingest.otlp.mapping.OtlpRequest;
import java.util.List;

/**
 * The approximate heap of the events that a request has collected: a span of a few bytes becomes an event of hundreds,
 * so the size of a body says little about them. One thread.
 */
final class Weight {
    private final OtlpRequest request;
    private int counted;
    private long bytes;

    Weight(OtlpRequest request) {
        this.request = request;
    }

    /** The events weigh more than a request may hold at once. */
    static final class TooHeavyException extends RuntimeException {
        TooHeavyException() {
            super(null, null, false, false);
        }
    }

    /** Of all events so far; reads only those that are new. */
    long bytes() {
        List<AuditEvent> events = request.events();
        for (; counted < events.size(); counted++) {
            bytes += events.get(counted).weight();
        }
        return bytes;
    }

    void requireAtMost(long maxBytes) {
        if (bytes() > maxBytes) {
            throw new TooHeavyException();
        }
    }

    /** The events have been taken from the request. */
    void reset() {
        counted = 0;
        bytes = 0;
    }
}
