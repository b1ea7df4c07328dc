package dev.sentinel.audit.ops.metrics;

import dev.sentinel.audit.persist.Committed;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Measures commits. Any thread; recording one takes less than a microsecond. */
public final class CommitMeters implements Consumer<Committed>, AutoCloseable {
    // An fsync takes 0.1 ms on a fast disk and tens of ms on a slow one; seconds mean a problem.
    private static final Duration[] COMMIT_DURATIONS = {
        Duration.ofNanos(100_000),
        Duration.ofNanos(250_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofNanos(2_500_000),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(10)
    };
    private static final double[] BATCH_EVENTS = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000};

    private final MeterRegistry registry;
    private final Timer duration;
    private final DistributionSummary batch;
    private final Throughput throughput = new Throughput(System.nanoTime());

    /** Registers the meters. */
    public CommitMeters(MeterRegistry registry) {
        this.registry = registry;
        this.duration = Timer.builder("sentinel.commit.duration")
                .description("Time from handing a batch to the store until it is durable")
                .serviceLevelObjectives(COMMIT_DURATIONS)
                .register(registry);
        this.batch = DistributionSummary.builder("sentinel.commit.batch")
                .description("Events in one commit")
                .baseUnit("events")
                .serviceLevelObjectives(BATCH_EVENTS)
                .register(registry);
    }

    @Override
    public void accept(Committed commit) {
        duration.record(commit.nanos(), TimeUnit.NANOSECONDS);
        batch.record(commit.events());
        throughput.add(commit);
    }

    /** The log line about the commits since the last call; empty if there were none. */
    Optional<String> drainThroughput() {
        return throughput.drain(System.nanoTime());
    }

    /** Unregisters the meters. */
    @Override
    public void close() {
        registry.remove(duration);
        registry.remove(batch);
        duration.close();
        batch.close();
    }
}
