package dev.sentinel.audit.query;

import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.Position;
import dev.sentinel.audit.store.TraceQuery;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The search for traces of one request.
 *
 * @param scope the scope of this search's cursors
 */
record TraceSearch(TraceQuery query, Cursor.Scope scope) {
    static TraceSearch of(CursorKey key, QueryParameters parameters) {
        int limit = parameters.limit();
        Set<String> agents = EventFilters.visible(parameters, EventFilters.agents(parameters));
        Set<String> sessions = EventFilters.sessions(parameters);
        Set<EventStatus> statuses = parameters.values(EventJson.STATUS, EventStatus.values(), EventStatus::wireName);
        TraceQuery query = new TraceQuery(
                parameters.caller().agentPrefix(),
                agents,
                sessions,
                statuses,
                parameters.time("from"),
                parameters.time("to"),
                null,
                limit);
        Cursor.Scope scope = key.scope("traces", query);
        @Nullable
        Position after = parameters.cursor(cursor -> cursor.positionIn(scope)).orElse(null);
        parameters.finish();
        return new TraceSearch(query.after(after), scope);
    }
}
