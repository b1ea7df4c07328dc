package dev.sentinel.audit.ops.metrics;

import dev.sentinel.audit.persist.Committed;
import dev.sentinel.audit.store.StoreHealth;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the queue, the store and its commits, answers {@link Scrape}, and logs the throughput once a minute while
 * events arrive.
 *
 * <p>Deploy once, as a worker: building a scrape takes milliseconds, and no request should wait for that.
 */
public final class MetricsVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsVerticle.class);

    private final Telemetry telemetry;
    private final StoreHealth store;
    private final Bounds bounds;
    private final Duration logInterval;

    private @Nullable ServerMeters meters;
    private @Nullable MessageConsumer<Committed> commits;
    private @Nullable MessageConsumer<Scrape> scrapes;

    public MetricsVerticle(Telemetry telemetry, StoreHealth store, Bounds bounds) {
        this(telemetry, store, bounds, Duration.ofMinutes(1));
    }

    MetricsVerticle(Telemetry telemetry, StoreHealth store, Bounds bounds, Duration logInterval) {
        this.telemetry = telemetry;
        this.store = store;
        this.bounds = bounds;
        this.logInterval = logInterval;
    }

    @Override
    public Future<?> start() {
        ServerMeters measured = new ServerMeters(telemetry.registry(), store, bounds);
        meters = measured;
        Throughput throughput = new Throughput(System.nanoTime());
        commits = Committed.ADDRESS.listen(vertx.eventBus(), commit -> {
            measured.committed(commit);
            throughput.add(commit);
        });
        scrapes = Scrape.ADDRESS.serve(vertx.eventBus(), request -> {
            measured.refresh();
            return Future.succeededFuture(telemetry.scrape());
        });
        // Cancelled by Vert.x with the verticle.
        vertx.setPeriodic(
                logInterval.toMillis(),
                timer -> throughput.drain(System.nanoTime()).ifPresent(LOG::info));
        return Future.join(commits.completion(), scrapes.completion());
    }

    @Override
    public Future<?> stop() {
        return Future.join(unregister(commits), unregister(scrapes)).onComplete(done -> {
            if (meters != null) {
                meters.close();
            }
        });
    }

    private static Future<Void> unregister(@Nullable MessageConsumer<?> consumer) {
        return consumer == null ? Future.succeededFuture() : consumer.unregister();
    }
}
