package dev.sentinel.audit.store;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A search for events: a filter, an order and a page. Immutable.
 *
 * @param snapshotBound exclusive upper bound of row ids, as {@link EventFinder#snapshotBound} returns it; null is
 *     unbounded
 * @param after the page starts after this position in the order of the query; null for the first page
 * @param limit largest number of events on a page, 1 to 1,000
 * @param sealed whether the events are printed with their seals
 */
public record EventQuery(
        EventFilter filter,
        @Nullable Long snapshotBound,
        Order order,
        @Nullable Position after,
        int limit,
        boolean sealed) {

    /** Orders by effective time ({@link dev.sentinel.audit.event.StoredEvent#effectiveTime}), equal times by row id. */
    public enum Order {
        NEWEST_FIRST,
        OLDEST_FIRST
    }

    public EventQuery {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be positive: " + limit);
        }
    }

    /** The first page of all events, newest first. */
    public static EventQuery all(int limit) {
        return of(EventFilter.ALL, Order.NEWEST_FIRST, limit);
    }

    /** The first page of the events that pass a filter. */
    public static EventQuery of(EventFilter filter, Order order, int limit) {
        return new EventQuery(filter, null, order, null, limit, false);
    }

    /** A copy with a changed filter; see {@link EventFilter#with}. */
    public EventQuery withFilter(Consumer<EventFilter.Builder> change) {
        return new EventQuery(filter.with(change), snapshotBound, order, after, limit, sealed);
    }

    public EventQuery withOrder(Order newOrder) {
        return new EventQuery(filter, snapshotBound, newOrder, after, limit, sealed);
    }

    public EventQuery withSnapshotBound(long rowId) {
        return new EventQuery(filter, rowId, order, after, limit, sealed);
    }

    public EventQuery withSeals(boolean wanted) {
        return new EventQuery(filter, snapshotBound, order, after, limit, wanted);
    }

    /** A copy for the page after this position; for the first page if it is null. */
    public EventQuery after(@Nullable Position position) {
        return new EventQuery(filter, snapshotBound, order, position, limit, sealed);
    }
}
