package dev.sentinel.audit.store;

import dev.sentinel.audit.model.Timestamps;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A query for the statistics of a time span, by the timestamps of the events.
 *
 * @param fromMinute the first minute of the span, since the epoch (negative before it)
 * @param endMinute the first minute after the span
 * @param bucketMinutes the width of a bucket; buckets begin at multiples of it since the epoch
 * @param agentPrefix only events of agents whose ids begin with this count; empty for all
 * @param agentInstanceId only events of this agent count; null for all
 * @param top the largest number of agents and of resources to list
 */
public record StatsQuery(
        long fromMinute,
        long endMinute,
        int bucketMinutes,
        String agentPrefix,
        @Nullable String agentInstanceId,
        int top) {
    /** The largest number of buckets in an answer: as many as a chart can show. */
    public static final int MAX_BUCKETS = 200;

    /** The longest span that {@link #MAX_BUCKETS} of the widest buckets cover in any case. */
    public static final Duration MAX_SPAN = Duration.ofDays(3_660);

    private static final int DAY = 24 * 60;

    /**
     * The widths of buckets: natural units of a clock or a calendar. Each is a multiple of a span for which stores keep
     * sums, so that a query reads only a few sums for each bucket.
     */
    private static final int[] WIDTHS = {1, 5, 15, 30, 60, 6 * 60, 12 * 60, DAY, 7 * DAY, 28 * DAY};

    public static final long MICROS_PER_MINUTE = 60_000_000;

    public StatsQuery {
        if (fromMinute >= endMinute || bucketMinutes < 1) {
            throw new IllegalArgumentException(
                    "no span: " + fromMinute + " to " + endMinute + " by " + bucketMinutes + " minutes");
        }
    }

    /**
     * Covers a span with whole minutes, in the narrowest buckets that are no more than {@link #MAX_BUCKETS}.
     *
     * @param from inclusive
     * @param to exclusive, at most {@link #MAX_SPAN} later
     */
    public static StatsQuery covering(
            Instant from, Instant to, String agentPrefix, @Nullable String agentInstanceId, int top) {
        long fromMinute = minuteOf(from);
        long endMinute = Math.max(fromMinute + 1, -Math.floorDiv(-Timestamps.toMicros(to), MICROS_PER_MINUTE));
        for (int width : WIDTHS) {
            if (buckets(fromMinute, endMinute, width) <= MAX_BUCKETS) {
                return new StatsQuery(fromMinute, endMinute, width, agentPrefix, agentInstanceId, top);
            }
        }
        throw new IllegalArgumentException("too long: " + from + " to " + to);
    }

    /** The minute that contains a time, since the epoch. */
    public static long minuteOf(Instant time) {
        return minuteOf(Timestamps.toMicros(time));
    }

    /** As {@link #minuteOf(Instant)}, for a time in microseconds since the epoch. */
    public static long minuteOf(long micros) {
        return Math.floorDiv(micros, MICROS_PER_MINUTE);
    }

    /** The time at which a minute begins. */
    public static Instant timeOf(long minute) {
        return Timestamps.ofMicros(minute * MICROS_PER_MINUTE);
    }

    /** Whether the answer has latencies: they are kept only for all agents together. */
    public boolean reportsLatency() {
        return agentInstanceId == null && agentPrefix.isEmpty();
    }

    /** The number of buckets. The first and the last may extend beyond the span, but count only events within it. */
    public int buckets() {
        return buckets(fromMinute, endMinute, bucketMinutes);
    }

    private static int buckets(long fromMinute, long endMinute, int width) {
        return (int) (Math.floorDiv(endMinute - 1, (long) width) - Math.floorDiv(fromMinute, (long) width) + 1);
    }

    /** The first minute of the first bucket; it may be before the span. */
    public long firstBucketMinute() {
        return Math.floorDiv(fromMinute, (long) bucketMinutes) * bucketMinutes;
    }
}
