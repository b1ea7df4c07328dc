package dev.sentinel.audit.query.export;

import dev.sentinel.audit.http.inflight.Budget;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** The metrics of exports. Any thread. */
final class ExportMeters {
    private final Counter events;

    ExportMeters(Budget exports, MeterRegistry registry) {
        exports.register(registry, "sentinel.exports", "Running exports.");
        events = Counter.builder("sentinel.export.events")
                .description("Events written to exports.")
                .register(registry);
    }

    void sent(int count) {
        events.increment(count);
    }
}
