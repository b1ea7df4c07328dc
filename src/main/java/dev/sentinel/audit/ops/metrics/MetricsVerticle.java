package dev.sentinel.audit.ops.metrics;

import dev.sentinel.audit.store.StoreHealth;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the queue and the store, answers {@link Scrape}, and logs the throughput once a minute while events arrive.
 *
 * <p>Deploy once, as a worker: building a scrape takes milliseconds, and no request should wait for that.
 */
public final class MetricsVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsVerticle.class);

    private final Telemetry telemetry;
    private final StoreHealth store;
    private final Bounds bounds;
    private final CommitMeters commits;
    private final Duration logInterval;

    private @Nullable ServerMeters meters;
    private @Nullable MessageConsumer<Scrape> scrapes;

    /** @param commits closed when the verticle stops */
    public MetricsVerticle(Telemetry telemetry, StoreHealth store, Bounds bounds, CommitMeters commits) {
        this(telemetry, store, bounds, commits, Duration.ofMinutes(1));
    }

    MetricsVerticle(Telemetry telemetry, StoreHealth store, Bounds bounds, CommitMeters commits, Duration logInterval) {
        this.telemetry = telemetry;
        this.store = store;
        this.bounds = bounds;
        this.commits = commits;
        this.logInterval = logInterval;
    }

    @Override
    public Future<?> start() {
        ServerMeters measured = new ServerMeters(telemetry.registry(), store, bounds);
        meters = measured;
        scrapes = Scrape.ADDRESS.serve(vertx.eventBus(), request -> {
            measured.refresh();
            return Future.succeededFuture(telemetry.scrape());
        });
        // Cancelled by Vert.x with the verticle.
        vertx.setPeriodic(
                logInterval.toMillis(), timer -> commits.drainThroughput().ifPresent(LOG::info));
        return scrapes.completion();
    }

    @Override
    public Future<?> stop() {
        Future<Void> unregistered = scrapes == null ? Future.succeededFuture() : scrapes.unregister();
        return unregistered.onComplete(done -> {
            commits.close();
            if (meters != null) {
                meters.close();
            }
        });
    }
}
