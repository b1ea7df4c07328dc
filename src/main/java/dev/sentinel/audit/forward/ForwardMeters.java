package dev.sentinel.audit.forward;

import dev.sentinel.audit.store.DestinationState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one destination, for as long as this server owns it, or while it is held. The label is what operators
 * call it, so it is bounded by {@code MAX_DESTINATIONS}. Any thread.
 */
final class ForwardMeters {
    private static final String LABEL = "destination";

    private final MeterRegistry registry;
    private final List<Meter> meters = new ArrayList<>();
    private final Map<Attempt.Outcome, Counter> attempts = new EnumMap<>(Attempt.Outcome.class);
    private final Counter delivered;
    private final Counter filtered;
    private final Counter skipped;
    private final Timer duration;

    /** What the gauges show. */
    interface Levels {
        /** Positions between the cursor and the end of the log. */
        long lagEvents();

        /** The age of the first event that is not delivered, in seconds; 0 if there is none. */
        double lagSeconds();

        DestinationState state();
    }

    /** How long ago the first event that is not delivered was received; 0 if there is none. */
    static double seconds(@Nullable Instant oldest, Clock clock) {
        return oldest == null
                ? 0
                : Math.max(0, Duration.between(oldest, clock.instant()).toMillis() / 1_000.0);
    }

    ForwardMeters(MeterRegistry registry, String id, Levels levels) {
        this.registry = registry;
        delivered = events(id, "delivered");
        filtered = events(id, "filtered");
        skipped = events(id, "skipped");
        for (Attempt.Outcome outcome : Attempt.Outcome.values()) {
            attempts.put(
                    outcome,
                    added(Counter.builder("sentinel.forward.attempts")
                            .description("Deliveries that were tried, by outcome.")
                            .tag(LABEL, id)
                            .tag("outcome", Attempt.name(outcome))
                            .register(registry)));
        }
        duration = added(Timer.builder("sentinel.forward.duration")
                .description("How long deliveries took.")
                .tag(LABEL, id)
                .register(registry));
        gauge("sentinel.forward.lag.events", "Positions of the log behind the cursor.", id, levels::lagEvents);
        added(Gauge.builder("sentinel.forward.lag", levels, Levels::lagSeconds)
                .description("Age of the first event that is not delivered.")
                .baseUnit("seconds")
                .tag(LABEL, id)
                .strongReference(true)
                .register(registry));
        for (DestinationState state : DestinationState.values()) {
            added(Gauge.builder("sentinel.forward.state", () -> levels.state() == state ? 1 : 0)
                    .description("1 for the state of the destination, 0 for every other one.")
                    .tag(LABEL, id)
                    .tag("state", state.wireName())
                    .register(registry));
        }
    }

    private Counter events(String id, String outcome) {
        return added(Counter.builder("sentinel.forward.events")
                .description("Events that the cursor has passed, by outcome.")
                .tag(LABEL, id)
                .tag("outcome", outcome)
                .register(registry));
    }

    private void gauge(String name, String description, String id, Supplier<Number> value) {
        added(Gauge.builder(name, value).description(description).tag(LABEL, id).register(registry));
    }

    private <M extends Meter> M added(M meter) {
        meters.add(meter);
        return meter;
    }

    void attempted(Attempt.Outcome outcome, Duration took) {
        attempts.get(outcome).increment();
        duration.record(took);
    }

    /** The cursor has passed these positions. */
    void passed(int deliveredEvents, long positions) {
        delivered.increment(deliveredEvents);
        filtered.increment((double) (positions - deliveredEvents));
    }

    void skipped() {
        skipped.increment();
    }

    /** Removes all meters. */
    void close() {
        meters.forEach(registry::remove);
    }
}
