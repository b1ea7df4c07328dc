package dev.sentinel.audit.ops.health;

import dev.sentinel.audit.ops.metrics.Level;
import dev.sentinel.audit.store.EventStore;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.ext.healthchecks.CheckResult;
import java.time.Duration;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates the checks at a fixed pace, remembers the outcome for {@code /health/ready}, logs when it turns, and makes
 * sure that a store that cannot write is tried again.
 *
 * <p>To be deployed once, on an event loop, after the store is open and before the HTTP server listens.
 */
public final class HealthVerticle extends VerticleBase {
    /** Between two evaluations; half of what {@code /health/ready} may be late. */
    static final Duration PACE = Duration.ofMillis(500);

    private static final Duration PROBE_PAUSE = Duration.ofSeconds(2);
    private static final Logger LOG = LoggerFactory.getLogger(HealthVerticle.class);

    private final EventStore store;
    private final Level queue;
    private final long minFreeBytes;
    private final Readiness readiness;
    private final MeterRegistry registry;
    private final Duration pace;
    private final Duration probePause;

    // A server that starts and is not ready says so.
    // Volatile: scrapes read it on their thread.
    private volatile Health health = new Health(true, "{}");
    private @Nullable MessageConsumer<Health.Ask> consumer;
    private @Nullable Gauge ready;

    /**
     * @param minFreeBytes below it on the file system of the store, the server is not ready
     * @param registry gets {@code sentinel_ready} while this verticle runs
     */
    public HealthVerticle(
            EventStore store, Level queue, long minFreeBytes, Readiness readiness, MeterRegistry registry) {
        this(store, queue, minFreeBytes, readiness, registry, PACE, PROBE_PAUSE);
    }

    HealthVerticle(
            EventStore store,
            Level queue,
            long minFreeBytes,
            Readiness readiness,
            MeterRegistry registry,
            Duration pace,
            Duration probePause) {
        this.store = store;
        this.queue = queue;
        this.minFreeBytes = minFreeBytes;
        this.readiness = readiness;
        this.registry = registry;
        this.pace = pace;
        this.probePause = probePause;
    }

    @Override
    public Future<?> start() {
        Checks checks = new Checks(vertx, store, queue, minFreeBytes, readiness);
        StoreProbe probe = new StoreProbe(vertx, store, probePause);
        // Cancelled by Vert.x with the verticle.
        vertx.setPeriodic(pace.toMillis(), timer -> {
            checks.evaluate().onSuccess(result -> {
                turnTo(result);
                // After the turn, so that the log tells of a failed write even if the next one succeeds at once.
                probe.probeIfNeeded();
            });
        });
        return checks.evaluate().compose(first -> {
            turnTo(first);
            ready = Gauge.builder("sentinel.ready", () -> health.ready() ? 1 : 0)
                    .description("Whether /health/ready says so: 1 or 0")
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

    private void turnTo(CheckResult result) {
        boolean ready = result.getUp();
        if (health.ready() && !ready) {
            LOG.warn(
                    "not ready checks={} consequence=\"/health/ready answers 503, load balancers stop sending requests\"",
                    failing(result));
        } else if (!health.ready() && ready) {
            LOG.info("ready again");
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
