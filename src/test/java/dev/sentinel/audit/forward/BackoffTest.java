package dev.sentinel.audit.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BackoffTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MAX = Duration.ofMinutes(5);

    @Test
    void next_manyFailures_doublesUpToTheBound() {
        Backoff backoff = new Backoff(SECOND, MAX, () -> 1);

        assertThat(backoff.next(Duration.ZERO)).isEqualTo(Duration.ofMillis(1_001));
        assertThat(backoff.next(Duration.ZERO)).isEqualTo(Duration.ofMillis(2_001));
        for (int i = 0; i < 1_000; i++) {
            assertThat(backoff.next(Duration.ZERO)).isLessThanOrEqualTo(MAX.plusMillis(1));
        }
        assertThat(backoff.next(Duration.ZERO)).isEqualTo(MAX.plusMillis(1));
        backoff.reset();
        assertThat(backoff.next(Duration.ZERO)).isEqualTo(Duration.ofMillis(1_001));
    }

    @Test
    void next_retryAfter_isObeyedUpToAnHour() {
        Backoff backoff = new Backoff(SECOND, MAX, () -> 0);

        assertThat(backoff.next(Duration.ofMinutes(20))).isEqualTo(Duration.ofMinutes(20));
        assertThat(backoff.next(Duration.ofDays(900))).isEqualTo(Duration.ofHours(1));
        assertThat(backoff.next(Duration.ofMillis(-5))).isEqualTo(Duration.ofMillis(1));
    }
}
