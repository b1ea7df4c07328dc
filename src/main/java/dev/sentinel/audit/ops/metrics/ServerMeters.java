package dev.sentinel.audit.ops.metrics;

import dev.sentinel.audit.store.StoreHealth;
import dev.sentinel.audit.store.StoreStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The meters of the queue and the store, with the names that dashboards and alerts use. One thread. */
final class ServerMeters implements AutoCloseable {
    private final MeterRegistry registry;
    private final Supplier<StoreStatus> status;
    private final List<Meter> meters = new ArrayList<>();
    private final MultiGauge files;

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
