package dev.sentinel.audit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatsRangeTest {
    private static final Instant END = Instant.parse("2026-11-02T06:00:00Z");

    private final Random random = new Random(5);

    @Test
    void cover_anySpan_containsEveryMinuteOnceInSummedUpSpans() {
        for (int i = 0; i < 20_000; i++) {
            long from = (long) (random.nextGaussian() * 1_000_000);
            long end = from + 1 + random.nextInt(1 << (1 + random.nextInt(23)));
            Map<StatsLevel, Long> summedUntil = summedUntil(from + random.nextInt(1 << 24) - (1 << 22));
            int divisor =
                    List.of(1, 5, 15, 30, 60, 360, 720, 1_440, 10_080, 40_320).get(random.nextInt(10));

            long next = from;
            for (StatsRange range : StatsRange.cover(from, end, divisor, summedUntil::get)) {
                assertThat(range.from()).isEqualTo(next).isEqualTo(range.level().floor(range.from()));
                assertThat(range.end())
                        .isGreaterThan(next)
                        .isEqualTo(range.level().floor(range.end()));
                assertThat(divisor % range.level().minutes()).isZero();
                if (range.level() != StatsLevel.MINUTE) {
                    assertThat(range.end()).isLessThanOrEqualTo(summedUntil.get(range.level()));
                }
                next = range.end();
            }
            assertThat(next).isEqualTo(end);
        }
    }

    /** At most one span per level, and a minute of tolerance, is not summed up yet. */
    @Test
    void cover_longestSpan_hasFewRanges() {
        for (int i = 0; i < 2_000; i++) {
            long end = StatsQuery.minuteOf(END) + random.nextInt(100_000);
            long from = end - StatsQuery.MAX_SPAN.toMinutes() + random.nextInt(10_000);
            long sums = StatsRange.cover(from, end, StatsLevel.WEEK.minutes(), summedUntil(end - 2)::get).stream()
                    .mapToLong(range ->
                            (range.end() - range.from()) / range.level().minutes())
                    .sum();
            assertThat(sums).isLessThan(3_660 / 7 + 2 * (28 + 24 + 17));
        }
    }

    private static Map<StatsLevel, Long> summedUntil(long newestMinute) {
        Map<StatsLevel, Long> until = new EnumMap<>(StatsLevel.class);
        for (StatsLevel level : StatsLevel.values()) {
            until.put(level, level.summedUntil(newestMinute));
        }
        return until;
    }

    @ParameterizedTest
    @CsvSource({
        "60, 1, 1",
        "900, 1, 15",
        "3600, 1, 60",
        "21600, 5, 72",
        "86400, 15, 96",
        "604800, 60, 168",
        "2592000, 360, 120",
        "31536000, 10080, 53",
        "316224000, 40320, 132",
        "1, 1, 1"
    })
    void covering_anySpan_hasFewBuckets(long seconds, int bucketMinutes, int buckets) {
        StatsQuery query = StatsQuery.covering(END.minusSeconds(seconds), END, "", null, 1);

        assertThat(query.bucketMinutes()).isEqualTo(bucketMinutes);
        assertThat(query.buckets()).isEqualTo(buckets);
    }

    @Test
    void covering_partsOfMinutes_areRoundedOutward() {
        StatsQuery query = StatsQuery.covering(
                Instant.parse("1969-12-31T23:59:59.999999Z"),
                Instant.parse("1970-01-01T00:00:00.000001Z"),
                "",
                null,
                1);

        assertThat(query.fromMinute()).isEqualTo(-1);
        assertThat(query.endMinute()).isEqualTo(1);
    }

    @Test
    void covering_moreThanTheLongestSpan_isRefused() {
        Instant from = END.minus(StatsQuery.MAX_SPAN.multipliedBy(2));

        assertThatThrownBy(() -> StatsQuery.covering(from, END, "", null, 1)).hasMessageContaining("too long");
    }
}
