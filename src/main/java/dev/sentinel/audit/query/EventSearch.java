package dev.sentinel.audit.query;

import dev.sentinel.audit.event.ActionType;
import dev.sentinel.audit.event.ActorType;
import dev.sentinel.audit.event.EventJson;
import dev.sentinel.audit.event.EventStatus;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.Position;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A search for events as one request asked for it. The only place that knows which filters there are.
 *
 * @param scope what cursors of this search belong to
 */
record EventSearch(EventQuery query, Cursor.Scope scope) {
    private static final int MAX_ID_CHARACTERS = 255;
    private static final int MAX_RESOURCE_CHARACTERS = 1024;
    private static final int MAX_Q_CHARACTERS = 1024;

    /** Over all events, newest first. */
    static EventSearch everywhere(QueryParameters parameters) {
        return of("events", EventQuery.Order.NEWEST_FIRST, parameters, agents(parameters), traces(parameters));
    }

    /** Over the events of the agent that the path names, newest first. */
    static EventSearch ofAgent(QueryParameters parameters, String agentId) {
        parameters.checkPath("agent_id", agentId, MAX_ID_CHARACTERS);
        return of("agent", EventQuery.Order.NEWEST_FIRST, parameters, Set.of(agentId), traces(parameters));
    }

    /** Over the events of the trace that the path names, oldest first. */
    static EventSearch ofTrace(QueryParameters parameters, String traceId) {
        parameters.checkPath("trace_id", traceId, MAX_ID_CHARACTERS);
        return of("trace", EventQuery.Order.OLDEST_FIRST, parameters, agents(parameters), Set.of(traceId));
    }

    private static Set<String> agents(QueryParameters parameters) {
        return parameters.texts(EventJson.AGENT_INSTANCE_ID, MAX_ID_CHARACTERS);
    }

    private static Set<String> traces(QueryParameters parameters) {
        return parameters.texts(EventJson.TRACE_ID, MAX_ID_CHARACTERS);
    }

    private static EventSearch of(
            String route,
            EventQuery.Order order,
            QueryParameters parameters,
            Set<String> agentIds,
            Set<String> traceIds) {
        Set<ActorType> actors = parameters.values(EventJson.ACTOR, ActorType.values(), ActorType::wireName);
        Set<ActionType> actionTypes =
                parameters.values(EventJson.ACTION_TYPE, ActionType.values(), ActionType::wireName);
        Set<EventStatus> statuses = parameters.values(EventJson.STATUS, EventStatus.values(), EventStatus::wireName);
        Set<String> resources = parameters.texts(EventJson.RESOURCE, MAX_RESOURCE_CHARACTERS);
        Set<String> resourcePrefixes = parameters.texts("resource_prefix", MAX_RESOURCE_CHARACTERS);
        Set<String> texts = parameters.texts("q", MAX_Q_CHARACTERS);
        @Nullable Instant from = parameters.time("from");
        @Nullable Instant to = parameters.time("to");
        EventQuery query = new EventQuery(
                parameters.caller().agentPrefix(),
                agentIds,
                traceIds,
                actors,
                actionTypes,
                statuses,
                resources,
                resourcePrefixes,
                texts,
                from,
                to,
                order,
                null,
                parameters.limit());
        Cursor.Scope scope = Cursor.Scope.of(route, query);
        @Nullable
        Position after = parameters.cursor(cursor -> cursor.positionIn(scope)).orElse(null);
        parameters.finish();
        return new EventSearch(query.after(after), scope);
    }
}
