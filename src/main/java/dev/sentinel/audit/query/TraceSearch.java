package dev.sentinel.audit.query;

import dev.sentinel.audit.store.EventFilter;
import dev.sentinel.audit.store.Position;
import dev.sentinel.audit.store.TraceQuery;
import org.jspecify.annotations.Nullable;

/**
 * The search for traces of one request.
 *
 * @param scope the scope of this search's cursors
 */
record TraceSearch(TraceQuery query, Cursor.Scope scope) {
    static TraceSearch of(CursorKey key, QueryParameters parameters) {
        int limit = parameters.limit();
        EventFilter filter = EventFilters.ofTraces(parameters);
        TraceQuery query = new TraceQuery(
                parameters.caller().agentPrefix(),
                filter.agentInstanceIds(),
                filter.sessionIds(),
                filter.statuses(),
                filter.from(),
                filter.to(),
                null,
                limit);
        Cursor.Scope scope = key.scope("traces", query);
        @Nullable
        Position after = parameters.cursor(cursor -> cursor.positionIn(scope)).orElse(null);
        parameters.finish();
        return new TraceSearch(query.after(after), scope);
    }
}
