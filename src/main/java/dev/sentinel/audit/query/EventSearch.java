package dev.sentinel.audit.query;

import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.Position;
import org.jspecify.annotations.Nullable;

/**
 * A search for events as one request asked for it.
 *
 * @param scope what cursors of this search belong to
 */
record EventSearch(EventQuery query, Cursor.Scope scope) {
    /** Over all events, newest first. */
    static EventSearch everywhere(QueryParameters parameters) {
        return of(
                "events",
                parameters,
                EventFilters.everywhere(parameters, EventQuery.Order.NEWEST_FIRST, parameters.limit()));
    }

    /** Over the events of the agent that the path names, newest first. */
    static EventSearch ofAgent(QueryParameters parameters, String agentId) {
        return of(
                "agent",
                parameters,
                EventFilters.ofAgent(parameters, agentId, EventQuery.Order.NEWEST_FIRST, parameters.limit()));
    }

    /** Over the events of the trace that the path names, oldest first. */
    static EventSearch ofTrace(QueryParameters parameters, String traceId) {
        return of(
                "trace",
                parameters,
                EventFilters.ofTrace(parameters, traceId, EventQuery.Order.OLDEST_FIRST, parameters.limit()));
    }

    private static EventSearch of(String route, QueryParameters parameters, EventQuery query) {
        Cursor.Scope scope = Cursor.Scope.of(route, query);
        @Nullable
        Position after = parameters.cursor(cursor -> cursor.positionIn(scope)).orElse(null);
        parameters.finish();
        return new EventSearch(query.after(after), scope);
    }
}
