package dev.sentinel.audit.store;

import java.time.Instant;

/**
 * A query for the statistics of the events that pass a filter.
 *
 * @param span the buckets, and how many names to list; about all agents
 * @param filter with both times, of which the first is not before the span and the second not after it
 */
public record TallyQuery(StatsQuery span, EventFilter filter) {
    public TallyQuery {
        if (span.agentInstanceId() != null || !span.agentPrefix().isEmpty()) {
            throw new IllegalArgumentException("the filter names the agents");
        }
        if (filter.from() == null || filter.to() == null) {
            throw new IllegalArgumentException("the filter has no times");
        }
        if (filter.from().isBefore(StatsQuery.timeOf(span.fromMinute()))
                || filter.to().isAfter(StatsQuery.timeOf(span.endMinute()))) {
            throw new IllegalArgumentException("the filter has times out of the span");
        }
    }

    /**
     * Counts what of a filter is in a span: times of the filter that reach beyond it are cut off.
     *
     * @param from inclusive
     * @param to exclusive
     */
    public static TallyQuery within(Instant from, Instant to, int top, EventFilter filter) {
        Instant later = filter.from() == null || filter.from().isBefore(from) ? from : filter.from();
        Instant earlier = filter.to() == null || filter.to().isAfter(to) ? to : filter.to();
        // A filter without any time in the span finds nothing.
        Instant begin = later.isAfter(to) ? to : later;
        Instant end = earlier.isBefore(begin) ? begin : earlier;
        return new TallyQuery(
                StatsQuery.covering(from, to, "", null, top),
                filter.with(changed -> changed.from(begin).to(end)));
    }
}
