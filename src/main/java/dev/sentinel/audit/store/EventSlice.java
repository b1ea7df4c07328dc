package dev.sentinel.audit.store;

import dev.sentinel.audit.event.StoredEvent;
import java.util.ArrayList;
import java.util.List;

/** Collects events until they are heavy enough, at least one: a thousand of 64 KiB must not be in memory at once. */
public final class EventSlice {
    private final long maxWeight;
    private final List<StoredEvent> events = new ArrayList<>();
    private long weight;

    /** @param maxWeight as {@link dev.sentinel.audit.event.AuditEvent#weight} counts */
    public EventSlice(long maxWeight) {
        this.maxWeight = maxWeight;
    }

    /** Adds the next event, or leaves it and all that follow. */
    public void add(StoredEvent event) {
        if (weight < maxWeight) {
            events.add(event);
            weight += event.event().weight();
        }
    }

    /** Those that were taken. */
    public List<StoredEvent> events() {
        return List.copyOf(events);
    }
}
