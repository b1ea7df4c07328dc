package dev.sentinel.audit.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BackoffTest {
    @ParameterizedTest
    @CsvSource({"1, 200", "2, 400", "3, 800", "8, 25600", "9, 30000", "1000000, 30000"})
    void pause_anyFailures_isWithinDoublingBound(int failures, long millis) {
        assertThat(backoff(1).pause(failures, null)).isEqualTo(Duration.ofMillis(millis));
        assertThat(backoff(0.5).pause(failures, null)).isEqualTo(Duration.ofMillis(millis / 2));
        assertThat(backoff(0).pause(failures, null)).isZero();
    }

    @Test
    void pause_longerRetryAfter_isRetryAfter() {
        assertThat(backoff(1).pause(1, Duration.ofSeconds(7))).isEqualTo(Duration.ofSeconds(7));
        assertThat(backoff(1).pause(1, Duration.ZERO)).isEqualTo(Duration.ofMillis(200));
    }

    private static Backoff backoff(double random) {
        return new Backoff(Duration.ofMillis(200), Duration.ofSeconds(30), () -> random);
    }
}
