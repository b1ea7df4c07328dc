package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.LatencyBins;
import dev.sentinel.audit.store.StatsCounts;
import dev.sentinel.audit.store.StatsLevel;
import dev.sentinel.audit.store.StatsQuery;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** The sums that some events add to the rollups, by time span. Bounded by the number of events. One thread. */
final class RollupSums {
    /**
     * A time span.
     *
     * @param minute its first minute, since the epoch
     */
    record Span(StatsLevel level, long minute) {}

    /**
     * What the sums need to know of an event.
     *
     * @param bin of its latency; {@link #NO_BIN} if it has none
     */
    record Event(long minute, long seq, long agentKey, int kind, int bin, String resource) {
        static Event of(IndexEntry event, long agentKey) {
            return new Event(
                    StatsQuery.minuteOf(event.ts()),
                    event.seq(),
                    agentKey,
                    event.kind(),
                    event.latencyMs() == IndexEntry.NO_LATENCY ? NO_BIN : LatencyBins.binOf(event.latencyMs()),
                    event.resource());
        }
    }

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

        private void add(Event event) {
            int[] counts = agents.computeIfAbsent(event.agentKey, key -> new int[StatsCounts.NAMES.size()]);
            EventStatus status = Kinds.statusOf(event.kind);
            counts[StatsCounts.placeOf(status)]++;
            counts[StatsCounts.placeOf(Kinds.actionTypeOf(event.kind))]++;
            counts[StatsCounts.placeOf(Kinds.actorOf(event.kind))]++;
            Resource resource = resources.computeIfAbsent(event.resource, text -> new Resource());
            resource.events++;
            resource.errors += status == EventStatus.ERROR ? 1 : 0;
            if (event.bin != NO_BIN) {
                if (latencies.length == 0) {
                    latencies = new int[LatencyBins.count()];
                }
                latencies[event.bin]++;
            }
        }
    }

    static final int NO_BIN = -1;

    private static final int[] NO_LATENCIES = {};

    /** The order of the tables, so that rows written together share pages. */
    private static final Comparator<Span> BY_TIME =
            Comparator.comparing(Span::level).thenComparingLong(Span::minute);

    private final boolean ofMinutes;
    private final List<StatsLevel> wider;
    private final ToLongFunction<StatsLevel> summedUntil;
    private final Map<Span, Sums> spans = new TreeMap<>(BY_TIME);

    /** Cached, because most events are in the same minute as the event before. */
    private long lastMinute = Long.MIN_VALUE;

    private Sums lastSums = new Sums();

    /**
     * @param levels the levels to add to
     * @param summedUntil the minute up to which a level is summed up; later events reach the level when it is. Not
     *     called for minutes
     */
    RollupSums(Set<StatsLevel> levels, ToLongFunction<StatsLevel> summedUntil) {
        this.ofMinutes = levels.contains(StatsLevel.MINUTE);
        this.wider = levels.stream().filter(level -> level != StatsLevel.MINUTE).toList();
        this.summedUntil = summedUntil;
    }

    void add(Event event) {
        long minute = event.minute;
        if (ofMinutes) {
            if (minute != lastMinute) {
                lastMinute = minute;
                lastSums = sums(StatsLevel.MINUTE, minute);
            }
            lastSums.add(event);
        }
        for (StatsLevel level : wider) {
            if (minute < summedUntil.applyAsLong(level)) {
                sums(level, level.floor(minute)).add(event);
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
