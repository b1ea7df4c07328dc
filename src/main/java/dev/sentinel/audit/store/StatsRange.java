package dev.sentinel.audit.store;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Consecutive spans of one level.
 *
 * @param from the minute at which the first begins
 * @param end the minute at which the last ends
 */
public record StatsRange(StatsLevel level, long from, long end) {

    /**
     * Covers a span of time, with the widest spans there are.
     *
     * @param divisor no span is longer than this many minutes, nor lies across a multiple of it
     * @param summedUntil up to which minute a level is summed up, a multiple of its width; not asked for minutes
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
