package dev.sentinel.audit.store;

import org.jspecify.annotations.Nullable;

/**
 * The latencies of the events that have one. Percentiles are in milliseconds, and each is within 5 percent of the exact
 * value.
 *
 * @param count number of events with a latency
 * @param p50 null if there are none
 * @param p95 null if there are none
 * @param p99 null if there are none
 */
public record StatsLatency(
        long count,
        @Nullable Integer p50,
        @Nullable Integer p95,
        @Nullable Integer p99) {
    /** The latencies of no events. */
    public static final StatsLatency NONE = new StatsLatency(0, null, null, null);
}
