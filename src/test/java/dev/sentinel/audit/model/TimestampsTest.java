package dev.sentinel.audit.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {
    private static final long FIRST_MICRO = -62_167_219_200_000_000L;
    private static final long LAST_MICRO = 253_402_300_799_999_999L;
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSX").withZone(ZoneOffset.UTC);

    @ParameterizedTest
    @CsvSource({
        "2026-11-02T08:05:13Z,2026-11-02T08:05:13Z",
        "2026-11-02t08:05:13z,2026-11-02T08:05:13Z",
        "2026-11-02 08:05:13,2026-11-02T08:05:13Z",
        "2026-11-02T08:05:13.5,2026-11-02T08:05:13.5Z",
        "2026-11-02T08:05:13.123456789+02:00,2026-11-02T06:05:13.123456Z",
        "2026-11-02T08:05:13.99999999999999999999Z,2026-11-02T08:05:13.999999Z",
        "2026-11-02T00:05:13-23:59,2026-11-03T00:04:13Z",
        "2026-11-02T08:05:13-00:00,2026-11-02T08:05:13Z",
        "2016-12-31T23:59:60Z,2017-01-01T00:00:00Z",
        "2017-01-01T00:59:60.5+01:00,2017-01-01T00:00:00.5Z",
        "2000-02-29T00:00:00Z,2000-02-29T00:00:00Z",
        "0000-01-01T00:00:00Z,0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59.9999999Z,9999-12-31T23:59:59.999999Z"
    })
    void parse_validTime_returnsInstant(String text, Instant expected) {
        assertThat(Timestamps.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026-11-02",
                "2026-11-02T08:05Z",
                "2026-11-02T08:05:13.Z",
                "2026-11-02T08:05:13,5Z",
                "2026-11-02T24:00:00Z",
                "2026-11-02T08:60:00Z",
                "2026-11-02T08:05:61Z",
                "2026-00-02T08:05:13Z",
                "2026-13-02T08:05:13Z",
                "2026-11-00T08:05:13Z",
                "2026-11-31T08:05:13Z",
                "2026-02-29T08:05:13Z",
                "1900-02-29T08:05:13Z",
                "2026-11-02T08:05:13+24:00",
                "2026-11-02T08:05:13+01:60",
                "2026-11-02T08:05:13+0100",
                "2026-11-02T08:05:13+01",
                "2026-11-02T08:05:13ZZ",
                "2026-11-02T08:05:13Z ",
                " 2026-11-02T08:05:13Z",
                "2026-11-02_08:05:13Z",
                "2026/11/02T08:05:13Z",
                "-026-11-02T08:05:13Z",
                "+2026-11-02T08:05:13Z",
                "12026-11-02T08:05:13Z",
                "2026-11-02T-8:05:13Z",
                "0000-01-01T00:00:00+00:01",
                "9999-12-31T23:59:59-00:01",
                "9999-12-31T23:59:60Z",
                "٢٠٢٦-11-02T08:05:13Z",
                "1762070713"
            })
    void parse_invalidTime_returnsNull(String text) {
        assertThat(Timestamps.parse(text)).isNull();
    }

    @Property
    void format_anyInstant_agreesWithJavaTime(@ForAll @LongRange(min = FIRST_MICRO, max = LAST_MICRO) long micros) {
        Instant time = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);

        assertThat(Timestamps.format(time)).isEqualTo(FORMAT.format(time)).hasSize(27);
    }

    @Property
    void parse_formattedInstant_returnsInstant(@ForAll @LongRange(min = FIRST_MICRO, max = LAST_MICRO) long micros) {
        Instant time = Timestamps.ofMicros(micros);

        assertThat(Timestamps.parse(Timestamps.format(time))).isEqualTo(time);
    }

    @Property
    void toMicros_ofMicros_roundTrips(@ForAll @LongRange(min = FIRST_MICRO, max = LAST_MICRO) long micros) {
        assertThat(Timestamps.toMicros(Timestamps.ofMicros(micros))).isEqualTo(micros);
    }

    @Property
    void parse_withOffset_agreesWithJavaTime(
            @ForAll @LongRange(min = FIRST_MICRO / 1_000_000, max = LAST_MICRO / 1_000_000) long epochSecond,
            @ForAll @IntRange(min = -18 * 60, max = 18 * 60) int offsetMinutes) {
        LocalDateTime local = LocalDateTime.ofEpochSecond(epochSecond, 0, ZoneOffset.UTC);
        String text = Timestamps.format(local.toInstant(ZoneOffset.UTC)).replace(".000000Z", "")
                + "%s%02d:%02d"
                        .formatted(
                                offsetMinutes < 0 ? "-" : "+",
                                Math.abs(offsetMinutes) / 60,
                                Math.abs(offsetMinutes) % 60);
        OffsetDateTime expected = local.atOffset(ZoneOffset.ofTotalSeconds(offsetMinutes * 60));
        int year = expected.withOffsetSameInstant(ZoneOffset.UTC).getYear();

        assertThat(Timestamps.parse(text)).isEqualTo(year < 0 || year > 9999 ? null : expected.toInstant());
    }

    @Property(tries = 5000)
    void parse_anyFields_agreesWithJavaTime(
            @ForAll @IntRange(max = 9999) int year,
            @ForAll @IntRange(max = 13) int month,
            @ForAll @IntRange(max = 32) int day,
            @ForAll @IntRange(max = 25) int hour) {
        Instant expected;
        try {
            expected = LocalDateTime.of(year, month, day, hour, 0).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException impossible) {
            expected = null;
        }

        assertThat(Timestamps.parse("%04d-%02d-%02dT%02d:00:00Z".formatted(year, month, day, hour)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-0001-12-31T23:59:59.999999Z", "+10000-01-01T00:00:00Z"})
    void format_yearOutOfRange_isRefused(Instant time) {
        assertThatIllegalArgumentException().isThrownBy(() -> Timestamps.format(time));
    }

    @Test
    void now_nanosecondClock_isTruncatedToMicroseconds() {
        Clock clock = Clock.fixed(Instant.parse("1969-12-31T23:59:59.123456789Z"), ZoneOffset.UTC);

        assertThat(Timestamps.now(clock)).isEqualTo("1969-12-31T23:59:59.123456Z");
    }
}
