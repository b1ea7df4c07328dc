package dev.sentinel.audit.query.stream;

import dev.sentinel.audit.event.StoredEvent;
import java.util.List;

/**
 * Consecutive events of the log.
 *
 * @param from the position of the first event
 * @param next the position after the last event
 * @param weight the sum of {@link LiveEvent#weight}
 */
record Slice(List<LiveEvent> events, long from, long next, long weight) {

    /** @param stored must not be empty */
    static Slice of(List<StoredEvent> stored) {
        List<LiveEvent> events = stored.stream().map(LiveEvent::of).toList();
        return new Slice(
                events,
                stored.get(0).seq(),
                stored.get(stored.size() - 1).seq() + 1,
                events.stream().mapToLong(LiveEvent::weight).sum());
    }

    /** The index of the event with a position: positions have no gaps. */
    int indexOf(long position) {
        return (int) Math.min(events.size(), Math.max(0, position - from));
    }
}
