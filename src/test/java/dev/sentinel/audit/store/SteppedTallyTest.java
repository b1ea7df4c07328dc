package dev.sentinel.audit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SteppedTallyTest {
    private static final long STEP_NANOS = SteppedTally.MAX_TIME.toNanos() / 4;
    private static final Instant NOW = Instant.parse("2026-11-02T08:00:00Z");

    private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - STEP_NANOS);
    private final List<@Nullable Position> starts = new ArrayList<>();

    @Test
    void run_timeIsOver_saysHowFarItCame() {
        Tally tally = run(100);

        assertThat(starts).containsExactly(null, at(1), at(2), at(3));
        assertThat(tally.reached()).isEqualTo(at(4).time());
    }

    @Test
    void run_everythingIsCounted_reachesTheEnd() {
        assertThat(run(3).reached()).isNull();
        assertThat(starts).hasSize(3);
    }

    private Tally run(int steps) {
        StatsQuery span = StatsQuery.covering(NOW.minusSeconds(60), NOW, "", null, 1);
        return new SteppedTally(
                        span,
                        (rest, tally) -> {
                            starts.add(rest.after());
                            nanoTime.addAndGet(STEP_NANOS);
                            return Future.succeededFuture(
                                    starts.size() < steps ? Optional.of(at(starts.size())) : Optional.empty());
                        },
                        nanoTime::get)
                .run(EventFilter.ALL)
                .result();
    }

    private static Position at(int step) {
        return new Position(NOW.minusSeconds(step), 100 - step);
    }
}
