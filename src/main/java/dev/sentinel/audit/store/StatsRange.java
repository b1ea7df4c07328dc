package dev.sentinel.audit.store;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Consecutive spans of one level.
 *
 * @param from the first minute of the first span
 * @param end the minute after the last span
 */
public record StatsRange(StatsLevel level, long from, long end) {

    /**
     * Covers a time span with the widest possible spans.
     *
     * @param divisor a width in minutes; no span crosses a multiple of it
     * @param summedUntil returns the minute up to which a level is summed up, a multiple of its width; not called for
     *     minutes
     */
    public static List<StatsRange> cover(long from, long end, long divisor, ToLongFunction<StatsLevel> summedUntil) {
        List<StatsRange> ranges = new ArrayList<>();
        StatsLevel[] levels = StatsLevel.values();
        int widest = levels.length - 1;
        while (divisor % levels[widest].minutes() != 0) {
            widest--;
        }
        cover(ranges, levels, widest, from, end, summedUntil);
        return ranges;
    }

    private static void cover(
            List<StatsRange> ranges,
            StatsLevel[] levels,
            int widest,
            long from,
            long end,
            ToLongFunction<StatsLevel> summedUntil) {
        if (from >= end) {
            return;
        }
        StatsLevel level = levels[widest];
        if (level == StatsLevel.MINUTE) {
            ranges.add(new StatsRange(level, from, end));
            return;
        }
        long first = level.floor(from + level.minutes() - 1);
        long last = Math.min(level.floor(end), summedUntil.applyAsLong(level));
        if (first >= last) {
            cover(ranges, levels, widest - 1, from, end, summedUntil);
            return;
        }
        cover(ranges, levels, widest - 1, from, first, summedUntil);
        ranges.add(new StatsRange(level, first, last));
        cover(ranges, levels, widest - 1, last, end, summedUntil);
    }
}
