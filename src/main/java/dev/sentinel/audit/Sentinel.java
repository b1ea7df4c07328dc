package dev.sentinel.audit;

import dev.sentinel.audit.backend.Databases;
import dev.sentinel.audit.bus.LocalCodec;
import dev.sentinel.audit.config.HttpConfig;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.event.EventReader;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.BodyReader;
import dev.sentinel.audit.http.ClientAddress;
import dev.sentinel.audit.http.ConnectionLimit;
import dev.sentinel.audit.http.HttpVerticle;
import dev.sentinel.audit.http.auth.Authentication;
import dev.sentinel.audit.http.auth.CrossOrigin;
import dev.sentinel.audit.http.auth.CurrentKeys;
import dev.sentinel.audit.http.auth.KeysVerticle;
import dev.sentinel.audit.http.auth.SessionResource;
import dev.sentinel.audit.http.inflight.Budget;
import dev.sentinel.audit.http.ratelimit.RateLimiter;
import dev.sentinel.audit.ingest.EventsResource;
import dev.sentinel.audit.ingest.IngestMetrics;
import dev.sentinel.audit.ops.health.HealthResource;
import dev.sentinel.audit.ops.health.HealthVerticle;
import dev.sentinel.audit.ops.health.Readiness;
import dev.sentinel.audit.ops.metrics.Bounds;
import dev.sentinel.audit.ops.metrics.Level;
import dev.sentinel.audit.ops.metrics.MetricsResource;
import dev.sentinel.audit.ops.metrics.MetricsVerticle;
import dev.sentinel.audit.ops.metrics.Telemetry;
import dev.sentinel.audit.persist.PersistVerticle;
import dev.sentinel.audit.query.AnswerRoom;
import dev.sentinel.audit.query.QueryResources;
import dev.sentinel.audit.query.export.ExportResource;
import dev.sentinel.audit.query.stream.FanOut;
import dev.sentinel.audit.query.stream.StreamResource;
import dev.sentinel.audit.store.EventStore;
import dev.sentinel.audit.web.DocsResource;
import dev.sentinel.audit.web.UiResource;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server. Constructs the parts, starts them from the store to the door and stops them from the door to the
 * store.
 */
public final class Sentinel {
    private static final Logger LOG = LoggerFactory.getLogger(Sentinel.class);
    /** Of answers to queries that are made or not yet read by their clients; a quarter of the heap. */
    private static final long ANSWER_BYTES = 64 << 20;

    private static final long SHED_LOG_INTERVAL_MS = 10_000;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    /** A step of the shutdown. */
    private record Step(String name, Supplier<Future<?>> run) {}

    private final Telemetry telemetry;
    private final Vertx vertx;
    private final Readiness readiness = new Readiness();
    private final Deque<Step> steps = new ArrayDeque<>();
    private final List<ApiResource> resources = new ArrayList<>();
    private List<HttpVerticle> doors = List.of();
    private String host = "";
    private int port;

    private Sentinel(SentinelConfig config, String version) {
        this.telemetry = new Telemetry(version);
        this.vertx = telemetry
                .vertxBuilder(new VertxOptions()
                        .setEventLoopPoolSize(config.http().eventLoops() + 1)
                        .setPreferNativeTransport(true))
                .build();
        LocalCodec.register(vertx);
        steps.push(new Step("metrics", () -> {
            telemetry.close();
            return Future.succeededFuture();
        }));
        // By then all is answered and committed; what is left may be a connection to a database that hangs.
        steps.push(new Step(
                "vertx",
                () -> vertx.close()
                        .timeout(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                        .otherwiseEmpty()));
    }

    /**
     * Starts a server. Fails with a {@link dev.sentinel.audit.failure.Failure} whose message is one line for the
     * operator, or with a {@link java.net.BindException}; nothing is left running then.
     */
    public static Future<Sentinel> start(SentinelConfig config, String version) {
        return start(config, version, UnaryOperator.identity());
    }

    /** Starts a server whose store is decorated, for tests that make the real store slow or break it. */
    static Future<Sentinel> start(SentinelConfig config, String version, UnaryOperator<EventStore> decorator) {
        Sentinel sentinel = new Sentinel(config, version);
        // Without a context: after a failed start the event loops are gone, and a future of theirs never completes.
        Promise<Sentinel> started = Promise.promise();
        Databases.events(sentinel.vertx, config.store(), Clock.systemUTC())
                .compose(store -> {
                    sentinel.steps.push(new Step("store", store::close));
                    return sentinel.startParts(config, version, decorator.apply(store));
                })
                .onComplete(
                        done -> started.complete(sentinel),
                        cause -> sentinel.stop().onComplete(stopped -> started.fail(cause)));
        return started.future();
    }

    /** The port that is listened on. */
    public int port() {
        return port;
    }

    /** The address that is listened on: the configured one, unless that would have exposed an unprotected server. */
    public String host() {
        return host;
    }

    /** Whether every event loop that serves clients comes round within this time. Blocks; not for an event loop. */
    public boolean isResponsive(Duration within) {
        try {
            Future.join(doors.stream().map(HttpVerticle::turn).toList())
                    .await(within.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    /** What is mounted at the door. */
    List<ApiResource> resources() {
        return List.copyOf(resources);
    }

    /**
     * Stops accepting, answers what was admitted, commits, checkpoints, closes. Every step is tried even if one before
     * it failed.
     */
    public Future<Void> stop() {
        readiness.shutDown();
        Future<Void> done = Future.succeededFuture();
        while (!steps.isEmpty()) {
            Step step = steps.pop();
            done = done.eventually(() -> run(step));
        }
        return done;
    }

    private static Future<?> run(Step step) {
        long started = System.nanoTime();
        return step.run.get().onComplete(result -> {
            long ms = (System.nanoTime() - started) / 1_000_000;
            if (result.succeeded()) {
                LOG.debug("stopped part={} ms={}", step.name, ms);
            } else {
                LOG.error("stop failed part={} ms={}", step.name, ms, result.cause());
            }
        });
    }

    private Future<Void> startParts(SentinelConfig config, String version, EventStore store) {
        // The outer bounds (admission) fit into the inner one, so the queue itself refuses only in an emergency.
        int capacity = config.ingest().maxInFlightEvents();
        Duration timeout = config.ingest().admissionWait();
        Budget events = new Budget(vertx, "events", capacity, timeout);
        Budget bytes = new Budget(vertx, "bytes", config.ingest().maxInFlightBytes(), timeout);
        Budget answers = new Budget(vertx, "bytes of answers", ANSWER_BYTES, timeout);
        PersistVerticle persist =
                new PersistVerticle(store, capacity, config.ingest().maxBatchEvents());
        Level queue = new Level(persist::depth, capacity);
        Bounds bounds = new Bounds(
                queue,
                new Level(events::inUse, capacity),
                new Level(bytes::inUse, config.ingest().maxInFlightBytes()));
        IngestMetrics ingestMetrics = new IngestMetrics(telemetry.registry());
        EventReader reader = new EventReader(
                config.ingest().maxBatchEvents(), config.redaction().rules(), ingestMetrics::countSecret);
        CurrentKeys keys = new CurrentKeys(config.auth().apiToken());
        ClientAddress addresses = new ClientAddress(config.limits().trustedProxies());
        resources.add(new CrossOrigin(config.http().allowedOrigins()));
        resources.add(new Authentication(config.auth(), keys, addresses, Clock.systemUTC(), telemetry.registry()));
        resources.add(new EventsResource(
                vertx,
                new BodyReader(
                        vertx, config.ingest().maxBodyBytes(), config.ingest().bodyTimeout(), bytes),
                reader,
                events,
                bytes,
                new RateLimiter(config.limits().rateLimit(), addresses),
                ingestMetrics,
                config.ingest().maxBatchEvents()));
        resources.addAll(
                QueryResources.of(store, new AnswerRoom(answers, config.http().answerTimeout()), Clock.systemUTC()));
        FanOut fanOut = new FanOut(store);
        resources.add(new StreamResource(vertx, store, fanOut, config.http(), telemetry.registry()));
        resources.add(
                new ExportResource(vertx, store, addresses, config.http(), Clock.systemUTC(), telemetry.registry()));
        resources.add(new HealthResource());
        resources.add(new MetricsResource());
        resources.add(new DocsResource(version));
        resources.add(new SessionResource(config.auth(), keys, Clock.systemUTC()));
        resources.add(new UiResource());
        vertx.setPeriodic(SHED_LOG_INTERVAL_MS, timer -> ingestMetrics.logShedding());
        DeploymentOptions worker = new DeploymentOptions()
                .setThreadingModel(ThreadingModel.WORKER)
                .setWorkerPoolName("sentinel-metrics")
                .setWorkerPoolSize(1);
        return deploy("metrics-verticle", new MetricsVerticle(telemetry, store, bounds), worker)
                .compose(done -> deploy("persistence", persist, new DeploymentOptions()))
                .compose(done -> deploy(
                        "health",
                        new HealthVerticle(
                                store, queue, config.store().minFreeBytes(), readiness, telemetry.registry()),
                        new DeploymentOptions()))
                .compose(done -> openKeys(config, keys, reader))
                .compose(done -> deploy("fan-out", fanOut, new DeploymentOptions()))
                .compose(done -> listen(config.http().withHost(BindPolicy.hostFor(config, keys.ring()))))
                // First of all when the server stops: streams would go on for as long as they are waited for.
                .onSuccess(done -> steps.push(new Step("streams", fanOut::endStreams)))
                .onSuccess(done -> BindPolicy.warn(config, keys.ring()));
    }

    private Future<Void> openKeys(SentinelConfig config, CurrentKeys keys, EventReader reader) {
        DeploymentOptions worker = new DeploymentOptions()
                .setThreadingModel(ThreadingModel.WORKER)
                .setWorkerPoolName("sentinel-keys")
                .setWorkerPoolSize(1);
        return vertx.executeBlocking(() -> Databases.keys(config.store()))
                .compose(store -> deploy("keys", new KeysVerticle(store, keys, reader), worker));
    }

    /** One instance for each event loop; they share the port. */
    private Future<Void> listen(HttpConfig config) {
        ConnectionLimit limit = new ConnectionLimit(config.maxConnections(), telemetry.registry());
        List<HttpVerticle> instances = Stream.generate(() -> new HttpVerticle(config, limit, resources))
                .limit(config.eventLoops())
                .toList();
        List<String> deployed = new ArrayList<>();
        // All at once: as long as one of them accepts, clients of the others would come back to it.
        steps.push(new Step(
                "http", () -> Future.join(deployed.stream().map(vertx::undeploy).toList())));
        Future<Void> listening = Future.succeededFuture();
        for (HttpVerticle instance : instances) {
            listening = listening
                    .compose(done -> vertx.deployVerticle(instance, new DeploymentOptions()))
                    .map(id -> {
                        deployed.add(id);
                        return null;
                    });
        }
        return listening.onSuccess(done -> {
            doors = instances;
            host = config.host();
            port = instances.get(0).port();
        });
    }

    private Future<Void> deploy(String name, Deployable verticle, DeploymentOptions options) {
        return vertx.deployVerticle(verticle, options).map(id -> {
            steps.push(new Step(name, () -> vertx.undeploy(id)));
            return null;
        });
    }
}
