package dev.sentinel.audit.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a span of time. Exact, but for what is said otherwise.
 *
 * @param totals of the whole span
 * @param agents how many agents have events in it
 * @param latency of the whole span; null where it is not kept: for a part of the agents
 * @param buckets all of them, also those without events, in order
 * @param topAgents those with the most events; equal ones in the order of their ids
 * @param topAgentsByErrors those with the most errors, and at least one
 * @param topResources those with the most events, of the events that are told by resource
 * @param topResourcesByErrors those with the most errors, and at least one
 * @param eventsByResource how many events are told by resource; fewer than all if there were too many resources
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
     * A part of the span.
     *
     * @param startMinute since the epoch
     * @param latency null where it is not kept
     */
    public record Bucket(
            long startMinute, StatsCounts counts, @Nullable StatsLatency latency) {}

    /** Some of those with the most, and what there is of all. */
    public record Tops(List<StatsTop> byEvents, List<StatsTop> byErrors, long names, long events) {
        /** Of nothing. */
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
