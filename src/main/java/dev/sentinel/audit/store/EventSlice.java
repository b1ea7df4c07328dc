package dev.sentinel.audit.store;

import dev.sentinel.audit.event.StoredEvent;
import java.util.ArrayList;
import java.util.List;

/** Collects events up to a weight, but at least one: a thousand events of 64 KiB must not be in memory at once. */
public final class EventSlice {
    private final long maxWeight;
    private final List<StoredEvent> events = new ArrayList<>();
    private long weight;

    /** @param maxWeight see {@link dev.sentinel.audit.event.AuditEvent#weight} */
    public EventSlice(long maxWeight) {
        this.maxWeight = maxWeight;
    }

    /** Adds the next event. Once the weight is reached, ignores it and all later ones. */
    public void add(StoredEvent event) {
        if (weight < maxWeight) {
            events.add(event);
            weight += event.event().weight();
        }
    }

    /** The events that were added. */
    public List<StoredEvent> events() {
        return List.copyOf(events);
    }
}
