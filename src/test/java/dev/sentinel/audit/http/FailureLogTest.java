package dev.sentinel.audit.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.ops.metrics.LogLines;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class FailureLogTest {
    private static final Logger LOG = LoggerFactory.getLogger(FailureLogTest.class);

    private final FailureLog failures = new FailureLog(LOG);

    @Test
    void failed_equalFailures_areLoggedOnceAMinute() {
        try (LogLines lines = new LogLines(FailureLogTest.class)) {
            IllegalStateException cause = new IllegalStateException("a client can choose this text");
            for (int i = 0; i < 1_000; i++) {
                failures.failed("GET", "/x", cause, i);
            }
            failures.failed("GET", "/x", cause, Duration.ofMinutes(1).toNanos());

            assertThat(lines.all())
                    .containsExactly(
                            "ERROR request failed method=GET route=/x equal_since_last_line=0",
                            "ERROR request failed method=GET route=/x equal_since_last_line=999");
        }
    }

    @Test
    void failed_differentFailures_areBothLogged() {
        try (LogLines lines = new LogLines(FailureLogTest.class)) {
            failures.failed("GET", "/x", new IllegalStateException(), 0);
            failures.failed("GET", "/x", new IllegalArgumentException(), 0);

            assertThat(lines.all()).hasSize(2);
        }
    }
}
