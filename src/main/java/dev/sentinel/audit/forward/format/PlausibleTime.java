package dev.sentinel.audit.forward.format;

import dev.sentinel.audit.event.StoredEvent;
import java.time.Instant;

/** A time of an event for receivers that refuse other years than those of real logs: Splunk, rsyslog. */
public final class PlausibleTime {
    private PlausibleTime() {}

    /**
     * When the event happened; when it was received, if a clock was wrong so that the event says before 1970. What it
     * says is in the event itself.
     */
    public static Instant of(StoredEvent event) {
        Instant time = event.effectiveTime();
        return time.isBefore(Instant.EPOCH) ? event.receivedAt() : time;
    }
}
