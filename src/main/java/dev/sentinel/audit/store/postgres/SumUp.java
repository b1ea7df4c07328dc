package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.store.StatsLevel;
import java.util.Map;
import java.util.Optional;

/**
 * What to sum up next: one span, so that it is quick, or, in a new database, everything before the first span.
 *
 * @param from the minute up to which the level is summed up
 */
record SumUp(StatsLevel level, long from, long end) {

    /**
     * Returns the narrowest level first, because wider levels are computed from it. Empty if there is nothing to do.
     *
     * @param summedUntil of all levels except minutes
     * @param newestMinute the minute that the events have reached
     */
    static Optional<SumUp> next(Map<StatsLevel, Long> summedUntil, long newestMinute) {
        long narrowerUntil = newestMinute;
        for (StatsLevel level : StatsLevel.values()) {
            if (level == StatsLevel.MINUTE) {
                continue;
            }
            long from = summedUntil.get(level);
            long end = Math.min(level.summedUntil(newestMinute), level.floor(narrowerUntil));
            if (end > from) {
                return Optional.of(new SumUp(level, from, from == StatsLevel.NEVER ? end : from + level.minutes()));
            }
            narrowerUntil = from;
        }
        return Optional.empty();
    }
}
