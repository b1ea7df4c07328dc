package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.LatencyBins;
import dev.sentinel.audit.store.StatsCounts;
import dev.sentinel.audit.store.StatsLevel;
import dev.sentinel.audit.store.StatsQuery;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** What a batch adds to the rollups, by span of time. Bounded by the batch. One thread. */
final class RollupSums {
    /**
     * A span.
     *
     * @param minute at which it begins
     */
    record Span(StatsLevel level, long minute) {}

    /** Events of a resource. */
    static final class Resource {
        private int events;
        private int errors;

        int events() {
            return events;
        }

        int errors() {
            return errors;
        }
    }

    /** What is added to one span. */
    static final class Sums {
        private final Map<Long, int[]> agents = new HashMap<>();
        private final Map<String, Resource> resources = new HashMap<>();
        private int[] latencies = NO_LATENCIES;

        /** By key, the counts of {@link StatsCounts#NAMES}. */
        Map<Long, int[]> agents() {
            return agents;
        }

        /** By bin; empty if there are none. */
        int[] latencies() {
            return latencies;
        }

        Map<String, Resource> resources() {
            return resources;
        }

        private void add(IndexEntry event, long agentKey) {
            int[] counts = agents.computeIfAbsent(agentKey, key -> new int[StatsCounts.NAMES.size()]);
            EventStatus status = Kinds.statusOf(event.kind());
            counts[StatsCounts.placeOf(status)]++;
            counts[StatsCounts.placeOf(Kinds.actionTypeOf(event.kind()))]++;
            counts[StatsCounts.placeOf(Kinds.actorOf(event.kind()))]++;
            Resource resource = resources.computeIfAbsent(event.resource(), text -> new Resource());
            resource.events++;
            resource.errors += status == EventStatus.ERROR ? 1 : 0;
            if (event.latencyMs() != IndexEntry.NO_LATENCY) {
                if (latencies.length == 0) {
                    latencies = new int[LatencyBins.count()];
                }
                latencies[LatencyBins.binOf(event.latencyMs())]++;
            }
        }
    }

    private static final int[] NO_LATENCIES = {};

    private static final List<StatsLevel> WIDER = Arrays.stream(StatsLevel.values())
            .filter(level -> level != StatsLevel.MINUTE)
            .toList();

    /** The order of the tables: what is written together lies together. */
    private static final Comparator<Span> BY_TIME =
            Comparator.comparing(Span::level).thenComparingLong(Span::minute);

    private final ToLongFunction<StatsLevel> summedUntil;
    private final Map<Span, Sums> spans = new TreeMap<>(BY_TIME);

    /** Most events are of the same minute as the one before. */
    private long lastMinute = Long.MIN_VALUE;

    private Sums lastSums = new Sums();

    /** @param summedUntil up to which minute a level is summed up: what is later comes there with its sum */
    RollupSums(ToLongFunction<StatsLevel> summedUntil) {
        this.summedUntil = summedUntil;
    }

    void add(IndexEntry event, long agentKey) {
        long minute = StatsQuery.minuteOf(event.ts());
        if (minute != lastMinute) {
            lastMinute = minute;
            lastSums = sums(StatsLevel.MINUTE, minute);
        }
        lastSums.add(event, agentKey);
        for (StatsLevel level : WIDER) {
            if (minute < summedUntil.applyAsLong(level)) {
                sums(level, level.floor(minute)).add(event, agentKey);
            }
        }
    }

    private Sums sums(StatsLevel level, long minute) {
        return spans.computeIfAbsent(new Span(level, minute), span -> new Sums());
    }

    /** In the order of the tables. */
    Map<Span, Sums> spans() {
        return spans;
    }
}
