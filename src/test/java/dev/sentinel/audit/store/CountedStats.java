package dev.sentinel.audit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.EventStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The statistics that a store must return, counted event by event. */
final class CountedStats {
    private static final int MINUTE_SECONDS = 60;

    private final StatsQuery query;
    private final List<StoredEvent> events;

    CountedStats(List<StoredEvent> log, StatsQuery query) {
        this.query = query;
        this.events = log.stream()
                .filter(stored -> minute(stored) >= query.fromMinute() && minute(stored) < query.endMinute())
                .filter(stored -> query.agentInstanceId() == null
                        ? stored.event().agentInstanceId().startsWith(query.agentPrefix())
                        : stored.event().agentInstanceId().equals(query.agentInstanceId()))
                .toList();
    }

    /** For a log with so few resources per span that all are counted. */
    void assertIs(Stats stats) {
        assertThat(stats.totals()).isEqualTo(counts(events));
        assertThat(stats.agents())
                .isEqualTo(events.stream()
                        .map(stored -> stored.event().agentInstanceId())
                        .distinct()
                        .count());
        assertLatency(stats.latency(), events);
        Map<Long, List<StoredEvent>> byBucket = events.stream()
                .collect(Collectors.groupingBy(
                        stored -> Math.floorDiv(minute(stored), (long) query.bucketMinutes()) * query.bucketMinutes()));
        assertThat(stats.buckets()).hasSize(query.buckets());
        long start = query.firstBucketMinute();
        for (Stats.Bucket bucket : stats.buckets()) {
            assertThat(bucket.startMinute()).isEqualTo(start);
            assertThat(bucket.counts()).isEqualTo(counts(byBucket.getOrDefault(start, List.of())));
            assertLatency(bucket.latency(), byBucket.getOrDefault(start, List.of()));
            start += query.bucketMinutes();
        }
        List<StatsTop> agents = tops(AuditEvent::agentInstanceId);
        assertThat(stats.topAgents()).isEqualTo(top(agents, StatsTop::events));
        assertThat(stats.topAgentsByErrors()).isEqualTo(top(agents, StatsTop::errors));
        if (query.agentInstanceId() != null || query.agentPrefix().isEmpty()) {
            List<StatsTop> resources = tops(AuditEvent::resource);
            assertThat(stats.topResources()).isEqualTo(top(resources, StatsTop::events));
            assertThat(stats.topResourcesByErrors()).isEqualTo(top(resources, StatsTop::errors));
            assertThat(stats.eventsByResource()).isEqualTo(events.size());
        } else {
            assertThat(stats.topResources()).isEmpty();
        }
    }

    private static long minute(StoredEvent stored) {
        return Math.floorDiv(stored.effectiveTime().getEpochSecond(), (long) MINUTE_SECONDS);
    }

    private static StatsCounts counts(List<StoredEvent> events) {
        long[] counts = new long[StatsCounts.NAMES.size()];
        for (StoredEvent stored : events) {
            counts[StatsCounts.NAMES.indexOf(stored.event().status().wireName())]++;
            counts[StatsCounts.NAMES.indexOf(stored.event().actionType().wireName())]++;
            counts[StatsCounts.NAMES.indexOf(stored.event().actor().wireName())]++;
        }
        return new StatsCounts(counts);
    }

    private void assertLatency(@Nullable StatsLatency latency, List<StoredEvent> of) {
        if (latency == null) {
            assertThat(query.agentInstanceId() != null || !query.agentPrefix().isEmpty())
                    .isTrue();
            return;
        }
        List<Integer> sorted = new ArrayList<>();
        of.forEach(stored -> {
            if (stored.event().latencyMs() != null) {
                sorted.add(stored.event().latencyMs());
            }
        });
        sorted.sort(Comparator.naturalOrder());
        assertThat(latency.count()).isEqualTo(sorted.size());
        assertQuantile(latency.p50(), sorted, 0.50);
        assertQuantile(latency.p95(), sorted, 0.95);
        assertQuantile(latency.p99(), sorted, 0.99);
    }

    private static void assertQuantile(@Nullable Integer quantile, List<Integer> sorted, double share) {
        if (sorted.isEmpty()) {
            assertThat(quantile).isNull();
            return;
        }
        int exact = sorted.get((int) Math.ceil(share * sorted.size()) - 1);
        assertThat(quantile).isNotNull();
        assertThat(Math.abs((double) quantile - exact))
                .as(quantile + " for " + exact)
                .isLessThanOrEqualTo(exact * 0.05);
    }

    private List<StatsTop> tops(Function<AuditEvent, String> name) {
        return events.stream().map(StoredEvent::event).collect(Collectors.groupingBy(name)).entrySet().stream()
                .map(named -> new StatsTop(
                        named.getKey(),
                        named.getValue().size(),
                        named.getValue().stream()
                                .filter(event -> event.status() == EventStatus.ERROR)
                                .count()))
                .sorted(Comparator.comparing(StatsTop::name))
                .toList();
    }

    /** For ASCII ids, like those of {@link Events}. */
    private List<StatsTop> top(List<StatsTop> named, ToLongFunction<StatsTop> by) {
        return named.stream()
                .filter(top -> by.applyAsLong(top) > 0)
                .sorted(Comparator.comparingLong(by).reversed().thenComparing(StatsTop::name))
                .limit(query.top())
                .toList();
    }
}
