package dev.sentinel.audit.query.stream;

import dev.sentinel.audit.http.inflight.Budget;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** The metrics of streams. Any thread. */
final class StreamMeters {
    private final Counter events;
    private final Counter missed;

    StreamMeters(Budget streams, MeterRegistry registry) {
        streams.register(registry, "sentinel.streams", "Open event streams.");
        events = Counter.builder("sentinel.stream.events")
                .description("Events written to streams.")
                .register(registry);
        missed = Counter.builder("sentinel.stream.missed")
                .description("Events that slow streams missed.")
                .register(registry);
    }

    void sent(int count) {
        events.increment(count);
    }

    void missed(long count) {
        missed.increment((double) count);
    }
}
