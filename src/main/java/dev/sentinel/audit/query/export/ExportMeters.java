package dev.sentinel.audit.query.export;

import dev.sentinel.audit.http.inflight.Budget;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** What is counted of exports. Any thread. */
final class ExportMeters {
    private final Counter events;

    ExportMeters(Budget exports, MeterRegistry registry) {
        Gauge.builder("sentinel.exports", exports, Budget::inUse)
                .description("Exports under way.")
                .register(registry);
        Gauge.builder("sentinel.exports.limit", exports, Budget::capacity)
                .description("How many there may be.")
                .register(registry);
        events = Counter.builder("sentinel.export.events")
                .description("Events written to exports.")
                .register(registry);
    }

    void sent(int count) {
        events.increment(count);
    }
}
