package dev.sentinel.audit.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.model.EventStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DemoDayTest {
    private static final Instant END = Instant.parse("2026-11-25T12:00:00Z");

    @Test
    void day_sameSeed_isEqual() {
        assertThat(day(7)).isEqualTo(day(7)).isNotEqualTo(day(8));
    }

    @Test
    void day_any_fillsItsSpanInOrder() {
        List<DemoEvent> events = day(7);
        assertThat(events)
                .hasSizeGreaterThan(2_000)
                .isSortedAccordingTo(Comparator.comparing(DemoEvent::at))
                .allMatch(event -> !event.at().isAfter(END))
                .extracting(DemoEvent::id)
                .doesNotHaveDuplicates();
    }

    @Test
    void day_incident_makesPaymentsFail() {
        Instant incident = END.minus(Duration.ofHours(8));
        List<DemoEvent> payments = day(7).stream()
                .filter(event -> event.resource().startsWith("payments."))
                .toList();
        assertThat(failures(payments.stream()
                        .filter(event ->
                                event.at().isAfter(incident) && event.at().isBefore(incident.plusSeconds(2_700)))
                        .toList()))
                .isGreaterThan(0.5);
        assertThat(failures(payments)).isLessThan(0.3);
    }

    private static double failures(List<DemoEvent> events) {
        return events.stream()
                .mapToInt(event -> event.status() == EventStatus.ERROR ? 1 : 0)
                .average()
                .orElseThrow();
    }

    private static List<DemoEvent> day(long seed) {
        return new DemoDay(new Random(seed)).until(END, Duration.ofHours(24), 400);
    }
}
