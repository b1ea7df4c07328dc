package dev.sentinel.audit.store;

import dev.sentinel.audit.model.EventStatus;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Selects traces, newest first by their first events ({@link Position}). An empty set is no condition.
 *
 * @param agentPrefix only events of agents whose ids begin with this exist for the caller; empty for all
 * @param agentInstanceIds agents, one of which took part
 * @param sessionIds sessions, one of which an event names
 * @param statuses see {@link TraceSummary#status}; of very long traces, only the first events count
 * @param from smallest effective time of the first event, inclusive; null is unbounded
 * @param to limit of the effective time of the first event, exclusive; null is unbounded
 * @param after the page starts after this position; null for the first page
 * @param limit largest number of traces, at least 1
 */
public record TraceQuery(
        String agentPrefix,
        Set<String> agentInstanceIds,
        Set<String> sessionIds,
        Set<EventStatus> statuses,
        @Nullable Instant from,
        @Nullable Instant to,
        @Nullable Position after,
        int limit) {

    public TraceQuery {
        agentInstanceIds = Set.copyOf(agentInstanceIds);
        sessionIds = Set.copyOf(sessionIds);
        statuses = Set.copyOf(statuses);
    }

    /** A copy for what follows a position. */
    public TraceQuery after(@Nullable Position position) {
        return new TraceQuery(agentPrefix, agentInstanceIds, sessionIds, statuses, from, to, position, limit);
    }
}
