package dev.sentinel.audit.store;

import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.failure.Overloaded;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Sums up the events of an agent, of a trace or of a time span. Any thread; futures complete on the caller's Vert.x
 * context. A query that starts after an append has succeeded MUST count the events of that append. The cost of an
 * answer MUST NOT grow with the number of events that it sums up. For a trace and for a tally it may, up to a bound.
 *
 * <p>Every future fails with a {@link Failure}: {@link Overloaded} if too many queries wait already, any other if the
 * store cannot answer now. The caller may always retry.
 */
public interface Summaries {

    /** Sums up one agent, exactly; empty if it never sent an event. */
    Future<Optional<AgentSummary>> agent(String agentInstanceId);

    /**
     * Lists agents in the order of their ids (by UTF-8 bytes).
     *
     * @param prefix only agents whose ids begin with this; empty for all
     * @param after the last id of the previous page; empty for the first page
     * @param limit the largest number of agents
     */
    Future<Page<AgentSummary, String>> agents(String prefix, Optional<String> after, int limit);

    /**
     * Sums up one trace; empty if no event names it. In a trace of very many events, a store MAY stop counting; it MUST
     * then say so ({@link TraceSummary#complete}).
     *
     * @param agentPrefix only events of agents whose ids begin with this count; empty for all
     */
    Future<Optional<TraceSummary>> trace(String traceId, String agentPrefix);

    /** Lists traces. A page MAY have fewer traces than the limit, or none, and still name a next position. */
    Future<Page<TraceSummary, Position>> traces(TraceQuery query);

    /** Sums up one session, like a trace; empty if no event names it. */
    Future<Optional<SessionSummary>> session(String sessionId, String agentPrefix);

    /** Sums up a time span. */
    Future<Stats> stats(StatsQuery query);

    /**
     * Counts the events of a time span that pass a filter, one by one from the newest. Within a bounded time: a store
     * MUST then say how far it has come ({@link Tally#reached}).
     */
    Future<Tally> tally(TallyQuery query);
}
