package dev.sentinel.audit.query;

import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.store.EventFilter;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.Position;
import org.jspecify.annotations.Nullable;

/**
 * The search for events of one request.
 *
 * @param scope the scope of this search's cursors
 */
record EventSearch(EventQuery query, Cursor.Scope scope) {
    /** Searches all events, by time. */
    static EventSearch everywhere(CursorKey key, QueryParameters parameters) {
        EventQuery.Order order = ListOrder.of(parameters) == ListOrder.ASC
                ? EventQuery.Order.OLDEST_FIRST
                : EventQuery.Order.NEWEST_FIRST;
        int limit = parameters.limit();
        EventFilter filter = EventFilters.everywhere(parameters);
        return of(key, "events", parameters, EventQuery.of(filter, order, limit));
    }

    /** Searches the events of the agent in the path, newest first. */
    static EventSearch ofAgent(CursorKey key, QueryParameters parameters, String agentId) {
        int limit = parameters.limit();
        EventFilter filter = EventFilters.ofAgent(parameters, agentId);
        return of(key, "agent", parameters, EventQuery.of(filter, EventQuery.Order.NEWEST_FIRST, limit));
    }

    /** Searches the events of one trace, oldest first. */
    static EventSearch ofTrace(CursorKey key, QueryParameters parameters, String traceId) {
        int limit = parameters.limit();
        EventFilter filter = EventFilters.ofTrace(parameters, traceId);
        return of(key, "trace", parameters, EventQuery.of(filter, EventQuery.Order.OLDEST_FIRST, limit));
    }

    /** Searches the events of one session, oldest first. */
    static EventSearch ofSession(CursorKey key, QueryParameters parameters, String sessionId) {
        int limit = parameters.limit();
        EventFilter filter = EventFilters.ofSession(parameters, sessionId);
        return of(key, "session", parameters, EventQuery.of(filter, EventQuery.Order.OLDEST_FIRST, limit));
    }

    private static EventSearch of(CursorKey key, String route, QueryParameters parameters, EventQuery query) {
        Cursor.Scope scope = key.scope(route, query);
        @Nullable
        Position after = parameters.cursor(cursor -> cursor.positionIn(scope)).orElse(null);
        boolean sealed = parameters.flag(EventJson.SEAL);
        parameters.finish();
        return new EventSearch(query.after(after).withSeals(sealed), scope);
    }
}
