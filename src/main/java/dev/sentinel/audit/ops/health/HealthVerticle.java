package dev.sentinel.audit.ops.health;

import dev.sentinel.audit.failure.OutageLog;
import dev.sentinel.audit.ops.metrics.Level;
import dev.sentinel.audit.store.StoreHealth;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.ext.healthchecks.CheckResult;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates the checks at a fixed interval, keeps the result for {@code /health/ready}, logs when readiness changes,
 * and probes a store that cannot write.
 *
 * <p>Deploy once, on an event loop, after the store is open and before the HTTP server listens.
 */
public final class HealthVerticle extends VerticleBase {
    /** The interval between two evaluations: half of the allowed delay of {@code /health/ready}. */
    static final Duration INTERVAL = Duration.ofMillis(500);

    private static final Duration PROBE_PAUSE = Duration.ofSeconds(2);
    private static final Logger LOG = LoggerFactory.getLogger(HealthVerticle.class);

    private final StoreHealth store;
    private final Level queue;
    private final List<SharedBound> bounds;
    private final long minFreeBytes;
    private final Readiness readiness;
    private final List<Notice> notices;
    private final MeterRegistry registry;
    private final Duration interval;
    private final Duration probePause;
    private final OutageLog outage = OutageLog.warn(
            LOG,
            "not ready checks={} effect=\"/health/ready answers 503, load balancers stop sending requests\"",
            "ready again");

    // Initially ready, so that a server that starts and is not ready logs it. Volatile: scrapes read it on their
    // thread.
    private volatile Health health = new Health(true, "{}");
    private @Nullable MessageConsumer<Health.Ask> consumer;
    private @Nullable Gauge ready;

    /**
     * @param bounds when one of them is used up for a while, the server is not ready
     * @param minFreeBytes with less free space on the file system of the store, the server is not ready
     * @param notices are shown beside the checks
     * @param registry gets {@code sentinel_ready} while this verticle runs
     */
    public HealthVerticle(
            StoreHealth store,
            Level queue,
            List<SharedBound> bounds,
            long minFreeBytes,
            Readiness readiness,
            List<Notice> notices,
            MeterRegistry registry) {
        this(store, queue, bounds, minFreeBytes, readiness, notices, registry, INTERVAL, PROBE_PAUSE);
    }

    HealthVerticle(
            StoreHealth store,
            Level queue,
            List<SharedBound> bounds,
            long minFreeBytes,
            Readiness readiness,
            List<Notice> notices,
            MeterRegistry registry,
            Duration interval,
            Duration probePause) {
        this.store = store;
        this.queue = queue;
        this.bounds = List.copyOf(bounds);
        this.minFreeBytes = minFreeBytes;
        this.readiness = readiness;
        this.notices = List.copyOf(notices);
        this.registry = registry;
        this.interval = interval;
        this.probePause = probePause;
    }

    @Override
    public Future<?> start() {
        Checks checks = new Checks(vertx, store, queue, bounds, minFreeBytes, readiness, notices);
        StoreProbe probe = new StoreProbe(vertx, store, probePause);
        // Cancelled by Vert.x with the verticle.
        vertx.setPeriodic(interval.toMillis(), timer -> {
            checks.evaluate().onSuccess(result -> {
                update(result);
                // After the update, so that a failed write is logged even if the probe succeeds at once.
                probe.probeIfNeeded();
            });
        });
        return checks.evaluate().compose(first -> {
            update(first);
            ready = Gauge.builder("sentinel.ready", () -> health.ready() ? 1 : 0)
                    .description("Whether the server is ready: 1 or 0")
                    .register(registry);
            consumer = Health.ADDRESS.serve(vertx.eventBus(), ask -> Future.succeededFuture(health));
            return consumer.completion();
        });
    }

    @Override
    public Future<?> stop() {
        if (ready != null) {
            registry.remove(ready);
        }
        return consumer == null ? Future.succeededFuture() : consumer.unregister();
    }

    private void update(CheckResult result) {
        boolean ready = result.getUp();
        if (ready) {
            outage.succeeded();
        } else {
            outage.failed(failing(result));
        }
        health = new Health(ready, result.toJson().encode());
    }

    private static String failing(CheckResult result) {
        return result.getChecks().stream()
                .filter(check -> !check.getUp())
                .map(CheckResult::getId)
                .sorted()
                .collect(Collectors.joining(","));
    }
}
