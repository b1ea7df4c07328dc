package dev.sentinel.audit.query.stream;

import dev.sentinel.audit.event.StoredEvent;
import java.util.List;

/**
 * Events of the log, one behind the other.
 *
 * @param from the position of the first
 * @param next the position behind the last
 * @param weight as {@link LiveEvent#weight} counts
 */
record Slice(List<LiveEvent> events, long from, long next, long weight) {

    /** @param stored not empty */
    static Slice of(List<StoredEvent> stored) {
        List<LiveEvent> events = stored.stream().map(LiveEvent::of).toList();
        return new Slice(
                events,
                stored.get(0).seq(),
                stored.get(stored.size() - 1).seq() + 1,
                events.stream().mapToLong(LiveEvent::weight).sum());
    }

    /** Where among the events a position is: positions have no gaps. */
    int indexOf(long position) {
        return (int) Math.min(events.size(), Math.max(0, position - from));
    }
}
