package dev.sentinel.audit.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DurationsTest {
    @ParameterizedTest
    @CsvSource({"0s, PT0S", "500ms, PT0.5S", "30s, PT30S", "15m, PT15M", "12h, PT12H", "90d, PT2160H", "007s, PT7S"})
    void parse_numberAndUnit_isTheDuration(String text, Duration duration) {
        assertThat(Durations.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "30", "30 s", "-1s", "+1s", "1.5h", "1h30m", "30S", "1w", "99999999s", "\u0663s"})
    void parse_anythingElse_isNull(String text) {
        assertThat(Durations.parse(text)).isNull();
    }
}
