package dev.sentinel.audit.store;

/**
 * A query for the statistics of the events that pass a filter.
 *
 * @param span the buckets, and how many names to list; about all agents
 * @param filter with both times, which are within the span
 */
public record TallyQuery(StatsQuery span, EventFilter filter) {
    public TallyQuery {
        if (span.agentInstanceId() != null || !span.agentPrefix().isEmpty()) {
            throw new IllegalArgumentException("the filter names the agents");
        }
        if (filter.from() == null || filter.to() == null) {
            throw new IllegalArgumentException("the filter has no times");
        }
    }
}
