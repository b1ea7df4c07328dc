package dev.sentinel.audit.ops.metrics;

import dev.sentinel.audit.persist.Committed;
import dev.sentinel.audit.store.StoreHealth;
import dev.sentinel.audit.store.StoreStatus;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The meters of the queue, the store and its commits, with the names that dashboards and alerts use. One thread. */
final class ServerMeters implements AutoCloseable {
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
    private final Supplier<StoreStatus> status;
    private final List<Meter> meters = new ArrayList<>();
    private final MultiGauge files;
    private final Timer commitDuration;
    private final DistributionSummary commitBatch;

    ServerMeters(MeterRegistry registry, StoreHealth store, Bounds bounds) {
        this.registry = registry;
        this.status = store::status;
        level("sentinel.queue.depth", "sentinel.queue.capacity", bounds.queue(), "events that wait for a commit");
        level(
                "sentinel.admission.events.in.flight",
                "sentinel.admission.events.limit",
                bounds.events(),
                "events accepted but not yet answered");
        level(
                "sentinel.admission.bytes.in.flight",
                "sentinel.admission.bytes.limit",
                bounds.bytes(),
                "bytes of request bodies held");
        gauge(
                "sentinel.index.lag.events",
                "Events that are durable but not yet found by queries",
                () -> status.get().lag());
        gauge(
                "sentinel.store.writable",
                "Whether the last write to every file of the store succeeded: 1 or 0",
                () -> status.get().writable() ? 1 : 0);
        gauge("sentinel.log.events", "Events in the log", () -> status.get().committed());
        if (status.get().freeBytes() != Long.MAX_VALUE) {
            gauge(
                    "sentinel.disk.free.bytes",
                    "Free bytes on the file system of the store",
                    () -> status.get().freeBytes());
        }
        files = MultiGauge.builder("sentinel.database.size")
                .description("Size of the database files, each with its write-ahead log")
                .baseUnit("bytes")
                .register(registry);
        commitDuration = own(Timer.builder("sentinel.commit.duration")
                .description("Time from handing a batch to the store until it is durable")
                .serviceLevelObjectives(COMMIT_DURATIONS)
                .register(registry));
        commitBatch = own(DistributionSummary.builder("sentinel.commit.batch")
                .description("Events in one commit")
                .baseUnit("events")
                .serviceLevelObjectives(BATCH_EVENTS)
                .register(registry));
    }

    void committed(Committed commit) {
        commitDuration.record(commit.nanos(), TimeUnit.NANOSECONDS);
        commitBatch.record(commit.events());
    }

    /** Must be called before a scrape: the set of files may change while the store runs. */
    void refresh() {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        status.get().files().forEach((file, bytes) -> rows.add(MultiGauge.Row.of(Tags.of("file", file), bytes)));
        files.register(rows, true);
    }

    @Override
    public void close() {
        files.register(List.of());
        meters.forEach(registry::remove);
        meters.forEach(Meter::close);
        meters.clear();
    }

    private void level(String name, String limitName, Level level, String what) {
        gauge(name, "Number of " + what, () -> level.used().getAsLong());
        gauge(limitName, "Largest number of " + what, level::limit);
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        own(Gauge.builder(name, value).description(description).register(registry));
    }

    private <M extends Meter> M own(M meter) {
        meters.add(meter);
        return meter;
    }
}
