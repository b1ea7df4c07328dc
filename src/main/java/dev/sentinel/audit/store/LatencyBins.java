package dev.sentinel.audit.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A histogram of latencies with fixed bins, so that histograms of two time spans can be added up bin by bin. Up to 20
 * ms, each bin holds one value. Beyond that, each bin is about a tenth wider than the previous one, and no latency
 * differs by more than 5 percent from the value that represents its bin. 204 bins cover every latency that an event may
 * have; latencies below ten seconds use at most a hundred. Not thread-safe.
 *
 * <p>The logarithmic bins are those of DDSketch (https://arxiv.org/abs/1908.10693), but with whole numbers as edges:
 * stores that compute logarithms would disagree about the edges.
 */
public final class LatencyBins {
    /** A latency may differ by 1/20, 5 percent, from the value that represents its bin. */
    private static final int PRECISION = 20;

    /** The smallest latency of each bin. */
    private static final int[] LOWEST = lowest();

    private final long[] counts = new long[LOWEST.length];

    private static int[] lowest() {
        int[] lowest = new int[256];
        int bins = 0;
        long next = 0;
        while (next <= Integer.MAX_VALUE) {
            lowest[bins++] = (int) next;
            next = representative(next) * PRECISION / (PRECISION - 1) + 1;
        }
        return Arrays.copyOf(lowest, bins);
    }

    /** The value that represents the bin that begins with this latency: as far above it as the precision allows. */
    private static long representative(long lowest) {
        return lowest + lowest / PRECISION;
    }

    /** The smallest latency of each bin in ms, ascending. The number of a bin is its index. */
    public static int[] lowestOfEach() {
        return LOWEST.clone();
    }

    /** The number of bins. */
    public static int count() {
        return LOWEST.length;
    }

    /** The number of the bin that holds a latency, from 0. */
    public static int binOf(int latencyMs) {
        int place = Arrays.binarySearch(LOWEST, latencyMs);
        return place >= 0 ? place : -place - 2;
    }

    void add(int bin, long events) {
        counts[bin] += events;
    }

    void add(LatencyBins other) {
        for (int bin = 0; bin < counts.length; bin++) {
            counts[bin] += other.counts[bin];
        }
    }

    StatsLatency latency() {
        long count = Arrays.stream(counts).sum();
        return count == 0
                ? StatsLatency.NONE
                : new StatsLatency(count, quantile(count, 50), quantile(count, 95), quantile(count, 99));
    }

    private @Nullable Integer quantile(long count, int percent) {
        long left = Math.max(1, (count * percent + 99) / 100);
        for (int bin = 0; bin < counts.length; bin++) {
            left -= counts[bin];
            if (left <= 0) {
                return (int) Math.min(Integer.MAX_VALUE, representative(LOWEST[bin]));
            }
        }
        return null;
    }
}
