package dev.sentinel.audit.store;

import org.jspecify.annotations.Nullable;

/**
 * How long the actions took, of those events that say so. Quantiles are in milliseconds: of all latencies in order, the
 * one that so many percent do not exceed, give or take 5 percent of itself.
 *
 * @param count events with a latency
 * @param p50 null if there are none
 * @param p95 null if there are none
 * @param p99 null if there are none
 */
public record StatsLatency(
        long count,
        @Nullable Integer p50,
        @Nullable Integer p95,
        @Nullable Integer p99) {
    /** Of no event. */
    public static final StatsLatency NONE = new StatsLatency(0, null, null, null);
}
