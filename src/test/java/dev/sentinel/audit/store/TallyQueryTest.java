package dev.sentinel.audit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The times of a filter and those of a span. */
final class TallyQueryTest {
    private static final Instant FROM = Instant.parse("2026-11-02T08:00:30Z");
    private static final Instant TO = Instant.parse("2026-11-02T09:00:10Z");

    @Test
    void within_anyTimesOfTheFilter_areCutToTheSpan() {
        Random random = new Random(7);
        IntStream.range(0, 1_000).forEach(i -> {
            Instant from = random.nextInt(4) == 0 ? null : near(random);
            Instant to = random.nextInt(4) == 0 ? null : near(random);

            EventFilter cut = TallyQuery.within(
                            FROM,
                            TO,
                            3,
                            EventFilter.ALL.with(filter -> filter.from(from).to(to)))
                    .filter();

            assertThat(cut.from()).isBetween(FROM, TO).isBeforeOrEqualTo(cut.to());
            assertThat(cut.to()).isBetween(FROM, TO);
        });
    }

    @Test
    void query_timesOutOfTheSpan_isRefused() {
        StatsQuery span = StatsQuery.covering(FROM, TO, "", null, 3);
        EventFilter early = EventFilter.ALL.with(
                filter -> filter.from(FROM.minusSeconds(60)).to(TO));

        assertThatThrownBy(() -> new TallyQuery(span, early)).hasMessageContaining("out of the span");
    }

    private static Instant near(Random random) {
        return FROM.plus(Duration.ofMinutes(random.nextInt(-120, 180)));
    }
}
