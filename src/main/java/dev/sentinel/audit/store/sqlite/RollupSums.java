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

/** The sums that a batch adds to the rollups, by time span. Bounded by the batch. One thread. */
final class RollupSums {
    /**
     * A time span.
     *
     * @param minute its first minute, since the epoch
     */
    record Span(StatsLevel level, long minute) {}

    /** The events of one resource. */
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

    /** The sums that are added to one span. */
    static final class Sums {
        private final Map<Long, int[]> agents = new HashMap<>();
        private final Map<String, Resource> resources = new HashMap<>();
        private int[] latencies = NO_LATENCIES;

        /** The counts of {@link StatsCounts#NAMES}, by agent key. */
        Map<Long, int[]> agents() {
            return agents;
        }

        /** Events by latency bin; empty if no event has a latency. */
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

    /** The order of the tables, so that rows written together share pages. */
    private static final Comparator<Span> BY_TIME =
            Comparator.comparing(Span::level).thenComparingLong(Span::minute);

    private final ToLongFunction<StatsLevel> summedUntil;
    private final Map<Span, Sums> spans = new TreeMap<>(BY_TIME);

    /** Cached, because most events are in the same minute as the event before. */
    private long lastMinute = Long.MIN_VALUE;

    private Sums lastSums = new Sums();

    /** @param summedUntil the minute up to which a level is summed up; later events reach the level when it is */
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
