package dev.sentinel.audit.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The statistics of the events whose effective time is in a span. Exact unless noted otherwise.
 *
 * @param totals counts of the whole span
 * @param agents number of agents with events in the span
 * @param latency latencies of the whole span; null if only some of the agents count, for which none are kept
 * @param buckets all buckets in order, including those without events
 * @param topAgents agents with the most events; those with equally many in the order of their ids
 * @param topAgentsByErrors agents with the most errors, each with at least one
 * @param topResources resources with the most events, among the events that are counted by resource
 * @param topResourcesByErrors resources with the most errors, each with at least one
 * @param eventsByResource number of events that are counted by resource; fewer than all if there were too many
 *     resources
 */
public record Stats(
        StatsCounts totals,
        long agents,
        @Nullable StatsLatency latency,
        List<Bucket> buckets,
        List<StatsTop> topAgents,
        List<StatsTop> topAgentsByErrors,
        List<StatsTop> topResources,
        List<StatsTop> topResourcesByErrors,
        long eventsByResource) {

    /**
     * A part of the span; all buckets are equally wide.
     *
     * @param startMinute its first minute, since the epoch
     * @param latency null if it is not kept
     */
    public record Bucket(
            long startMinute, StatsCounts counts, @Nullable StatsLatency latency) {}

    /** The names with the most events and the most errors, and the numbers of all names and all events. */
    public record Tops(List<StatsTop> byEvents, List<StatsTop> byErrors, long names, long events) {
        /** No names and no events. */
        public static final Tops NONE = new Tops(List.of(), List.of(), 0, 0);

        public Tops {
            byEvents = List.copyOf(byEvents);
            byErrors = List.copyOf(byErrors);
        }
    }

    public Stats {
        buckets = List.copyOf(buckets);
    }
}
