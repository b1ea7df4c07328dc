package dev.sentinel.audit.query;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.EventQuery;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads which events a request asks for: the same filters on every list, on the stream and on the export. The only
 * place that knows which there are. What was read is only to be used after {@link QueryParameters#finish}.
 */
public final class EventFilters {
    private static final int MAX_ID_CHARACTERS = 255;
    private static final int MAX_RESOURCE_CHARACTERS = 1024;
    private static final int MAX_Q_CHARACTERS = 1024;

    private EventFilters() {}

    /** Of all events that the caller may read. */
    public static EventQuery everywhere(QueryParameters parameters, EventQuery.Order order, int limit) {
        return of(parameters, agents(parameters), traces(parameters), order, limit);
    }

    /** Of the events of the agent that the path names. */
    static EventQuery ofAgent(QueryParameters parameters, String agentId, EventQuery.Order order, int limit) {
        parameters.checkPath("agent_id", agentId, MAX_ID_CHARACTERS);
        return of(parameters, Set.of(agentId), traces(parameters), order, limit);
    }

    /** Of the events of the trace that the path names. */
    static EventQuery ofTrace(QueryParameters parameters, String traceId, EventQuery.Order order, int limit) {
        parameters.checkPath("trace_id", traceId, MAX_ID_CHARACTERS);
        return of(parameters, agents(parameters), Set.of(traceId), order, limit);
    }

    private static Set<String> agents(QueryParameters parameters) {
        return parameters.texts(EventJson.AGENT_INSTANCE_ID, MAX_ID_CHARACTERS);
    }

    private static Set<String> traces(QueryParameters parameters) {
        return parameters.texts(EventJson.TRACE_ID, MAX_ID_CHARACTERS);
    }

    private static EventQuery of(
            QueryParameters parameters, Set<String> agentIds, Set<String> traceIds, EventQuery.Order order, int limit) {
        Set<ActorType> actors = parameters.values(EventJson.ACTOR, ActorType.values(), ActorType::wireName);
        Set<ActionType> actionTypes =
                parameters.values(EventJson.ACTION_TYPE, ActionType.values(), ActionType::wireName);
        Set<EventStatus> statuses = parameters.values(EventJson.STATUS, EventStatus.values(), EventStatus::wireName);
        Set<String> resources = parameters.texts(EventJson.RESOURCE, MAX_RESOURCE_CHARACTERS);
        Set<String> resourcePrefixes = parameters.texts("resource_prefix", MAX_RESOURCE_CHARACTERS);
        Set<String> texts = parameters.texts("q", MAX_Q_CHARACTERS);
        @Nullable Instant from = parameters.time("from");
        @Nullable Instant to = parameters.time("to");
        return new EventQuery(
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
                null,
                order,
                null,
                limit);
    }
}
