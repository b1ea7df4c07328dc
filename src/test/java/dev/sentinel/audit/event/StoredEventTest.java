package dev.sentinel.audit.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoredEventTest {
    private static final Instant RECEIVED = Instant.parse("2026-11-02T08:00:00.000001Z");

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "none,                        2026-11-02T08:00:00.000001Z",
                "0000-01-01T00:00:00Z,        0000-01-01T00:00:00Z",
                "2026-11-02T07:59:59Z,        2026-11-02T07:59:59Z",
                "2026-11-03T08:00:00Z,        2026-11-03T08:00:00Z",
                "2026-11-03T08:00:00.000001Z, 2026-11-03T08:00:00.000001Z",
                "2026-11-03T08:00:00.000002Z, 2026-11-03T08:00:00.000001Z",
                "9999-12-31T23:59:59.999999Z, 2026-11-03T08:00:00.000001Z"
            })
    void effectiveTime_anyTimestamp_isAtMostADayAfterReceipt(Instant timestamp, Instant effective) {
        AuditEvent event = EventSamples.event(EventSamples.valid()).toBuilder()
                .timestamp(timestamp)
                .build();

        assertThat(new StoredEvent(0, RECEIVED, event, Seals.ANY).effectiveTime())
                .isEqualTo(effective);
    }
}
