package dev.sentinel.audit.query;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.query.filter.PlainTerms;
import dev.sentinel.audit.store.Condition;
import dev.sentinel.audit.store.EventFilter;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads the event filters of a request. They are the same on every list, on the stream and on the export, and only this
 * class knows them. Use the result only after {@link QueryParameters#finish}.
 */
public final class EventFilters {
    /** The names of all parameters. */
    public static final Set<String> NAMES = Set.of(
            EventJson.AGENT_INSTANCE_ID,
            EventJson.TRACE_ID,
            EventJson.SESSION_ID,
            EventJson.ON_BEHALF_OF,
            EventJson.ACTOR,
            EventJson.ACTION_TYPE,
            EventJson.STATUS,
            EventJson.RESOURCE,
            "resource_prefix",
            "q",
            "from",
            "to",
            "filter");

    private static final int MAX_ID_CHARACTERS = 255;
    private static final int MAX_RESOURCE_CHARACTERS = 1024;
    private static final int MAX_Q_CHARACTERS = 1024;

    /** In the filter language, which says what the other parameters cannot. */
    private static final String FILTER = "filter";

    /** Ten of them can take 9 ms for one event with the largest metadata. */
    private static final int MAX_LIVE_TEXT_TERMS = 3;

    /** Longer than the id of any agent. */
    private static final String NOBODY = "-".repeat(MAX_ID_CHARACTERS + 1);

    private EventFilters() {}

    /** Of all events that the caller may read. */
    public static EventFilter everywhere(QueryParameters parameters) {
        return visible(parameters, asked(parameters));
    }

    /** What the caller asks for, also of agents that it may not read: see {@link #visible}. */
    static EventFilter asked(QueryParameters parameters) {
        return asked(parameters, agents(parameters), traces(parameters), sessions(parameters));
    }

    /** Of events as they arrive: each is matched on an event loop, so fewer terms may read all that an event has. */
    public static EventFilter live(QueryParameters parameters) {
        EventFilter filter = everywhere(parameters);
        Condition condition = filter.condition();
        parameters.check(
                FILTER,
                condition == null || condition.textReads() <= MAX_LIVE_TEXT_TERMS,
                "may have at most " + MAX_LIVE_TEXT_TERMS + " terms here that search texts, metadata or for *");
        return filter;
    }

    /** Of the events of the agent that the path names. */
    static EventFilter ofAgent(QueryParameters parameters, String agentId) {
        parameters.checkPath("agent_id", agentId, MAX_ID_CHARACTERS);
        return of(parameters, Set.of(agentId), traces(parameters), sessions(parameters));
    }

    /** The trace that the path names. */
    static String traceIdInPath(QueryParameters parameters, String traceId) {
        parameters.checkPath("trace_id", traceId, MAX_ID_CHARACTERS);
        return traceId;
    }

    /** The trace that a parameter names, which must be there. */
    static String traceId(QueryParameters parameters) {
        String traceId = parameters.text(EventJson.TRACE_ID, MAX_ID_CHARACTERS);
        parameters.check(EventJson.TRACE_ID, traceId != null, "is required");
        return traceId == null ? "" : traceId;
    }

    /** Of the events of one trace. */
    static EventFilter ofTrace(QueryParameters parameters, String traceId) {
        return of(parameters, agents(parameters), Set.of(traceId), sessions(parameters));
    }

    /** Of all events of the trace that the path names, as far as the caller may read them. */
    public static EventFilter ofWholeTrace(QueryParameters parameters, String traceId) {
        return EventFilter.ALL.with(filter -> filter.traceIds(Set.of(traceIdInPath(parameters, traceId)))
                .agentPrefix(parameters.caller().agentPrefix()));
    }

    /** The session that the path names. */
    static String sessionIdInPath(QueryParameters parameters, String sessionId) {
        parameters.checkPath("session_id", sessionId, MAX_ID_CHARACTERS);
        return sessionId;
    }

    /** The session that a parameter names, which must be there. */
    static String sessionId(QueryParameters parameters) {
        String sessionId = parameters.text(EventJson.SESSION_ID, MAX_ID_CHARACTERS);
        parameters.check(EventJson.SESSION_ID, sessionId != null, "is required");
        return sessionId == null ? "" : sessionId;
    }

    /** Of the events of one session. */
    static EventFilter ofSession(QueryParameters parameters, String sessionId) {
        return of(parameters, agents(parameters), traces(parameters), Set.of(sessionId));
    }

    /**
     * Of traces: by an agent that took part, a session, the status of the trace, and the time of its first event. Each
     * is found in a walk along an index; of anything else, every event of every trace would have to be read.
     */
    static EventFilter ofTraces(QueryParameters parameters) {
        EventFilter plain = EventFilter.ALL.with(filter -> filter.agentInstanceIds(agents(parameters))
                .sessionIds(sessions(parameters))
                .statuses(parameters.values(EventJson.STATUS, EventStatus.values(), EventStatus::wireName))
                .from(parameters.time("from"))
                .to(parameters.time("to")));
        Condition condition = parameters.condition(FILTER);
        EventFilter narrowed = condition == null ? plain : PlainTerms.narrowed(plain, condition);
        EventFilter rest = narrowed.with(filter -> filter.agentInstanceIds(Set.of())
                .sessionIds(Set.of())
                .statuses(Set.of())
                .from(null)
                .to(null));
        parameters.check(
                FILTER,
                rest.equals(EventFilter.ALL),
                "can only have agent:, session:, status: and time: here, all of which must match: a trace is listed by"
                        + " its first event and its summary; search its events for anything else");
        return narrowed.with(filter -> filter.agentInstanceIds(visible(parameters, narrowed.agentInstanceIds())));
    }

    static Set<String> agents(QueryParameters parameters) {
        return parameters.texts(EventJson.AGENT_INSTANCE_ID, MAX_ID_CHARACTERS);
    }

    private static Set<String> traces(QueryParameters parameters) {
        return parameters.texts(EventJson.TRACE_ID, MAX_ID_CHARACTERS);
    }

    static Set<String> sessions(QueryParameters parameters) {
        return parameters.texts(EventJson.SESSION_ID, MAX_ID_CHARACTERS);
    }

    /**
     * The agents that the caller may see. Otherwise the walk would pass over the events of others, and its cursors
     * would tell their times and number.
     */
    static Set<String> visible(QueryParameters parameters, Set<String> agentIds) {
        Set<String> visible =
                agentIds.stream().filter(parameters.caller()::mayTouch).collect(Collectors.toSet());
        // An empty set would be no condition.
        return visible.isEmpty() && !agentIds.isEmpty() ? Set.of(NOBODY) : visible;
    }

    /** The same of the agents that the caller may see. */
    static EventFilter visible(QueryParameters parameters, EventFilter asked) {
        return asked.with(filter -> filter.agentInstanceIds(visible(parameters, asked.agentInstanceIds())));
    }

    private static EventFilter of(
            QueryParameters parameters, Set<String> agentIds, Set<String> traceIds, Set<String> sessionIds) {
        return visible(parameters, asked(parameters, agentIds, traceIds, sessionIds));
    }

    private static EventFilter asked(
            QueryParameters parameters, Set<String> agentIds, Set<String> traceIds, Set<String> sessionIds) {
        EventFilter plain = EventFilter.ALL.with(filter -> filter.agentInstanceIds(agentIds)
                .traceIds(traceIds)
                .sessionIds(sessionIds)
                .onBehalfOf(parameters.texts(EventJson.ON_BEHALF_OF, MAX_ID_CHARACTERS))
                .actors(parameters.values(EventJson.ACTOR, ActorType.values(), ActorType::wireName))
                .actionTypes(parameters.values(EventJson.ACTION_TYPE, ActionType.values(), ActionType::wireName))
                .statuses(parameters.values(EventJson.STATUS, EventStatus.values(), EventStatus::wireName))
                .resources(parameters.texts(EventJson.RESOURCE, MAX_RESOURCE_CHARACTERS))
                .resourcePrefixes(parameters.texts("resource_prefix", MAX_RESOURCE_CHARACTERS))
                .texts(parameters.texts("q", MAX_Q_CHARACTERS))
                .from(parameters.time("from"))
                .to(parameters.time("to"))
                .agentPrefix(parameters.caller().agentPrefix()));
        Condition condition = parameters.condition(FILTER);
        return condition == null ? plain : PlainTerms.narrowed(plain, condition);
    }
}
