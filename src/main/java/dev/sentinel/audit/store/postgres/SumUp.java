package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.store.StatsLevel;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be summed up next: one span, so that it takes a moment; or all that is before the first one, in a new
 * database.
 *
 * @param from up to which minute the level is summed up
 */
record SumUp(StatsLevel level, long from, long end) {

    /**
     * The narrowest level first, for the wider ones are made of it. Empty if there is nothing to do.
     *
     * @param summedUntil of all levels but minutes
     * @param newestMinute of the events
     */
    static Optional<SumUp> next(Map<StatsLevel, Long> summedUntil, long newestMinute) {
        long madeOf = newestMinute;
        for (StatsLevel level : StatsLevel.values()) {
            if (level == StatsLevel.MINUTE) {
                continue;
            }
            long from = summedUntil.get(level);
            long end = Math.min(level.summedUntil(newestMinute), level.floor(madeOf));
            if (end > from) {
                return Optional.of(new SumUp(level, from, from == StatsLevel.NEVER ? end : from + level.minutes()));
            }
            madeOf = from;
        }
        return Optional.empty();
    }
}
