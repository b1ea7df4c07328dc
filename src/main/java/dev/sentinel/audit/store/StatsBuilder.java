package dev.sentinel.audit.store;

import dev.sentinel.audit.model.EventStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts an answer together from the sums that a store keeps. One thread. Bounded by the buckets of the query. */
public final class StatsBuilder {
    private final StatsQuery query;
    private final long[][] counts;
    private final @Nullable LatencyBins[] latencies;

    public StatsBuilder(StatsQuery query) {
        this.query = query;
        this.counts = new long[query.buckets()][StatsCounts.NAMES.size()];
        this.latencies = new LatencyBins[query.buckets()];
    }

    /**
     * Adds events of a kind.
     *
     * @param bucket from 0
     * @param place in {@link StatsCounts#NAMES}
     */
    public void add(int bucket, int place, long events) {
        counts[bucket][place] += events;
    }

    /**
     * Adds events with about the same latency.
     *
     * @param bin as {@link LatencyBins} has it
     */
    public void addLatency(int bucket, int bin, long events) {
        LatencyBins bins = latencies[bucket];
        if (bins == null) {
            bins = new LatencyBins();
            latencies[bucket] = bins;
        }
        bins.add(bin, events);
    }

    /**
     * The answer, to be asked for once.
     *
     * @param agents of no meaning for a question for one agent
     */
    public Stats build(Stats.Tops agents, Stats.Tops resources) {
        List<Stats.Bucket> buckets = new ArrayList<>(counts.length);
        long[] totals = new long[StatsCounts.NAMES.size()];
        LatencyBins all = new LatencyBins();
        for (int i = 0; i < counts.length; i++) {
            LatencyBins bins = latencies[i];
            for (int place = 0; place < totals.length; place++) {
                totals[place] += counts[i][place];
            }
            if (bins != null) {
                all.add(bins);
            }
            buckets.add(new Stats.Bucket(
                    query.firstBucketMinute() + (long) i * query.bucketMinutes(),
                    new StatsCounts(counts[i]),
                    query.reportsLatency() ? bins == null ? StatsLatency.NONE : bins.latency() : null));
        }
        StatsCounts sum = new StatsCounts(totals);
        Stats.Tops named = query.agentInstanceId() == null ? agents : only(query.agentInstanceId(), sum);
        return new Stats(
                sum,
                named.names(),
                query.reportsLatency() ? all.latency() : null,
                buckets,
                named.byEvents(),
                named.byErrors(),
                resources.byEvents(),
                resources.byErrors(),
                resources.events());
    }

    private static Stats.Tops only(String agentInstanceId, StatsCounts sum) {
        StatsTop agent = new StatsTop(agentInstanceId, sum.events(), sum.of(EventStatus.ERROR));
        List<StatsTop> one = List.of(agent);
        return agent.events() == 0
                ? Stats.Tops.NONE
                : new Stats.Tops(one, agent.errors() == 0 ? List.of() : one, 1, agent.events());
    }
}
