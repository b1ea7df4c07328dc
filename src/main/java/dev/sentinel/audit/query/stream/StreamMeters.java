package dev.sentinel.audit.query.stream;

import dev.sentinel.audit.http.inflight.Budget;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** What is counted of streams. Any thread. */
final class StreamMeters {
    private final Counter events;
    private final Counter missed;

    StreamMeters(Budget streams, MeterRegistry registry) {
        Gauge.builder("sentinel.streams", streams, Budget::inUse)
                .description("Open streams of events.")
                .register(registry);
        Gauge.builder("sentinel.streams.limit", streams, Budget::capacity)
                .description("How many there may be.")
                .register(registry);
        events = Counter.builder("sentinel.stream.events")
                .description("Events written to streams.")
                .register(registry);
        missed = Counter.builder("sentinel.stream.missed")
                .description("Events that streams were too slow for.")
                .register(registry);
    }

    void sent(int count) {
        events.increment(count);
    }

    void missed(long count) {
        missed.increment((double) count);
    }
}
