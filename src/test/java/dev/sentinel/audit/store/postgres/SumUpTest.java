package dev.sentinel.audit.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.store.StatsLevel;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SumUpTest {
    private static final long NOW = 29_000_003;

    private final Map<StatsLevel, Long> summedUntil = new EnumMap<>(Map.of(
            StatsLevel.QUARTER, StatsLevel.NEVER,
            StatsLevel.SIX_HOURS, StatsLevel.NEVER,
            StatsLevel.WEEK, StatsLevel.NEVER));

    @Test
    void next_newDatabase_sumsUpAllLevelsAtOnce() {
        assertThat(steps(NOW)).isEqualTo(3);
        assertThat(summedUntil).isEqualTo(complete(NOW));
    }

    /** Wider spans wait for the narrower spans that they consist of. */
    @Test
    void next_afterAPause_continuesSpanBySpan() {
        steps(NOW);
        long later = NOW + 20_160;

        assertThat(steps(later)).isEqualTo(20_160 / 15 + 20_160 / 360 + 2);
        assertThat(summedUntil).isEqualTo(complete(later));
    }

    private static Map<StatsLevel, Long> complete(long now) {
        return Map.of(
                StatsLevel.QUARTER, StatsLevel.QUARTER.summedUntil(now),
                StatsLevel.SIX_HOURS, StatsLevel.SIX_HOURS.summedUntil(now),
                StatsLevel.WEEK, StatsLevel.WEEK.summedUntil(now));
    }

    private int steps(long now) {
        int steps = 0;
        Optional<SumUp> next = SumUp.next(summedUntil, now);
        while (next.isPresent()) {
            SumUp step = next.get();
            for (StatsLevel level : summedUntil.keySet()) {
                if (level.compareTo(step.level()) < 0) {
                    assertThat(summedUntil.get(level)).isGreaterThanOrEqualTo(step.end());
                }
            }
            summedUntil.put(step.level(), step.end());
            steps++;
            next = SumUp.next(summedUntil, now);
        }
        return steps;
    }
}
