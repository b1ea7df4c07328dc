package dev.sentinel.audit.store;

import dev.sentinel.audit.model.EventStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Adds up the rows of a store into {@link Stats}. Its memory is bounded by the buckets of the query. One thread. */
final class StatsBuilder {
    private final StatsQuery query;
    private final long[][] counts;
    private final @Nullable LatencyBins[] latencies;

    StatsBuilder(StatsQuery query) {
        this.query = query;
        this.counts = new long[query.buckets()][StatsCounts.NAMES.size()];
        this.latencies = new LatencyBins[query.buckets()];
    }

    /** Adds a row of {@link StatsRows.Part#COUNTS}. */
    void addCounts(StatsRows.Row row) {
        long[] ofBucket = counts[row.smallNumber(0)];
        for (int place = 0; place < ofBucket.length; place++) {
            ofBucket[place] += row.number(1 + place);
        }
    }

    /** Adds a row of {@link StatsRows.Part#LATENCIES}. */
    void addLatency(StatsRows.Row row) {
        bins(row.smallNumber(0)).add(row.smallNumber(1), row.number(2));
    }

    /** Adds one event. */
    void add(int bucket, TallyBuilder.Counted event) {
        long[] ofBucket = counts[bucket];
        ofBucket[StatsCounts.placeOf(event.status())]++;
        ofBucket[StatsCounts.placeOf(event.actionType())]++;
        ofBucket[StatsCounts.placeOf(event.actor())]++;
        if (event.latencyMs() != null) {
            bins(bucket).add(LatencyBins.binOf(event.latencyMs()), 1);
        }
    }

    private LatencyBins bins(int bucket) {
        LatencyBins bins = latencies[bucket];
        if (bins == null) {
            bins = new LatencyBins();
            latencies[bucket] = bins;
        }
        return bins;
    }

    /**
     * Builds the result. Must be called once.
     *
     * @param agents ignored if the query is for one agent
     */
    Stats build(Stats.Tops agents, Stats.Tops resources) {
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
