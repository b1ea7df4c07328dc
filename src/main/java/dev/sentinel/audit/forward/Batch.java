package dev.sentinel.audit.forward;

import dev.sentinel.audit.event.StoredEvent;
import java.util.List;

/**
 * A part of the log, without the events that the filter of the destination rejects.
 *
 * @param events in the order of their positions; never empty when it is delivered
 * @param from the first position that was looked at
 * @param next the position after the last one that was looked at
 */
public record Batch(List<StoredEvent> events, long from, long next) {
    public Batch {
        events = List.copyOf(events);
        if (from < 0 || next < from) {
            throw new IllegalArgumentException("not a range of positions: " + from + " to " + next);
        }
    }
}
