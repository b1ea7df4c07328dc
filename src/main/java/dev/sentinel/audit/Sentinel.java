package dev.sentinel.audit;

import dev.sentinel.audit.backend.Databases;
import dev.sentinel.audit.bus.LocalCodec;
import dev.sentinel.audit.config.HttpConfig;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.event.SecretFinder;
import dev.sentinel.audit.evidence.Evidence;
import dev.sentinel.audit.evidence.EvidenceMeters;
import dev.sentinel.audit.evidence.EvidenceVerticle;
import dev.sentinel.audit.evidence.ExportProofs;
import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.forward.AddressGuard;
import dev.sentinel.audit.forward.Forward;
import dev.sentinel.audit.forward.SignedCheckpoint;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.ClientAddress;
import dev.sentinel.audit.http.ConnectionLimit;
import dev.sentinel.audit.http.PublicPath;
import dev.sentinel.audit.http.auth.Authentication;
import dev.sentinel.audit.http.auth.CrossOrigin;
import dev.sentinel.audit.http.auth.CurrentKeys;
import dev.sentinel.audit.http.auth.KeysResource;
import dev.sentinel.audit.http.auth.KeysVerticle;
import dev.sentinel.audit.http.auth.SessionResource;
import dev.sentinel.audit.http.auth.WrongTokens;
import dev.sentinel.audit.http.ratelimit.QueryLimit;
import dev.sentinel.audit.http.ratelimit.RateLimiter;
import dev.sentinel.audit.http.ratelimit.SharedBuckets;
import dev.sentinel.audit.ingest.FeedMeters;
import dev.sentinel.audit.ingest.RedactionResource;
import dev.sentinel.audit.ingest.feed.Feed;
import dev.sentinel.audit.ingest.otlp.mapping.Mapping;
import dev.sentinel.audit.keys.ApiKey;
import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.ops.health.HealthResource;
import dev.sentinel.audit.ops.health.HealthVerticle;
import dev.sentinel.audit.ops.health.Notice;
import dev.sentinel.audit.ops.health.Readiness;
import dev.sentinel.audit.ops.metrics.Bounds;
import dev.sentinel.audit.ops.metrics.CommitMeters;
import dev.sentinel.audit.ops.metrics.Level;
import dev.sentinel.audit.ops.metrics.MetricsResource;
import dev.sentinel.audit.ops.metrics.MetricsVerticle;
import dev.sentinel.audit.ops.metrics.QueryDurations;
import dev.sentinel.audit.ops.metrics.Telemetry;
import dev.sentinel.audit.persist.Inbox;
import dev.sentinel.audit.persist.PersistVerticle;
import dev.sentinel.audit.query.CursorKey;
import dev.sentinel.audit.redis.RedisVerticle;
import dev.sentinel.audit.store.DestinationStore;
import dev.sentinel.audit.store.EventFinder;
import dev.sentinel.audit.store.TreeStore;
import dev.sentinel.audit.views.ViewsResource;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A running server. Constructs the parts, starts them from the store up to HTTP, and stops them in the reverse order.
 */
public final class Sentinel {
    /** Events about administrators that may wait beside those of clients, for which admission has no permit. */
    private static final int MAX_ACTS = 1_000;

    private static final long SHED_LOG_INTERVAL_MS = 10_000;

    /**
     * An event loop that is blocked for longer is logged with its stack, because every client on it waits. No garbage
     * collection of this heap takes as long.
     */
    private static final Duration BLOCKED_WARNING = Duration.ofSeconds(1);

    private static final Duration BLOCKED_CHECK_INTERVAL = Duration.ofMillis(250);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final Telemetry telemetry;
    private final Vertx vertx;
    private final Clock clock;
    /** Read here, because it is read from files, and the parts are made on an event loop. */
    private final Mapping mapping = Mapping.packaged();

    private final Installed installed;
    private final Readiness readiness = new Readiness();
    private final Shutdown shutdown = new Shutdown();
    private final List<ApiResource> resources = new ArrayList<>();
    private Optional<HttpInstances> http = Optional.empty();
    private Optional<ViewsResource> views = Optional.empty();
    private String host = "";

    private Sentinel(SentinelConfig config, Installed installed, String version, Clock clock) {
        this.installed = installed;
        this.clock = clock;
        this.telemetry = new Telemetry(version);
        this.vertx = telemetry
                .vertxBuilder(new VertxOptions()
                        .setEventLoopPoolSize(config.http().eventLoops() + 1)
                        .setMaxEventLoopExecuteTime(BLOCKED_WARNING.toNanos())
                        .setWarningExceptionTime(BLOCKED_WARNING.toNanos())
                        .setBlockedThreadCheckInterval(BLOCKED_CHECK_INTERVAL.toMillis())
                        .setPreferNativeTransport(true))
                .build();
        LocalCodec.register(vertx);
        shutdown.first("metrics", () -> {
            telemetry.close();
            return Future.succeededFuture();
        });
        // By then everything is answered and committed; only connections to a hung database may be left.
        shutdown.first(
                "vertx",
                () -> vertx.close()
                        .timeout(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                        .otherwiseEmpty());
    }

    /**
     * Starts a server. Fails with a {@link dev.sentinel.audit.failure.Failure} whose message is one line for the
     * operator, or with an exception that {@link dev.sentinel.audit.failure.SocketError} knows; then nothing keeps
     * running.
     */
    public static Future<Sentinel> start(SentinelConfig config, String version) {
        return start(config, version, UnaryOperator.identity(), Clock.systemUTC());
    }

    /**
     * Starts a server that sees its store decorated, and the time of another clock, for tests that make the real store
     * slow or break it, or that let days pass.
     */
    static Future<Sentinel> start(
            SentinelConfig config, String version, UnaryOperator<StorePorts> decorator, Clock clock) {
        Installed installed;
        try {
            installed = Installed.of(config);
        } catch (Unusable e) {
            return Future.failedFuture(e);
        }
        Sentinel sentinel = new Sentinel(config, installed, version, clock);
        // Without a context: after a failed start the event loops have ended, and their futures would never complete.
        Promise<Sentinel> started = Promise.promise();
        Databases.events(sentinel.vertx, config.store(), clock)
                .compose(store -> {
                    sentinel.shutdown.first("store", store::close);
                    return Databases.keys(sentinel.vertx, config.store()).compose(keys -> {
                        sentinel.shutdown.first("key store", keys::close);
                        return sentinel.openDestinations(config)
                                .compose(destinations -> sentinel.openViews(config)
                                        .compose(done -> sentinel.openTree(config))
                                        .compose(tree -> keys.secret()
                                                .compose(secret -> sentinel.startParts(
                                                        config,
                                                        version,
                                                        decorator.apply(StorePorts.of(store)),
                                                        destinations,
                                                        tree,
                                                        keys,
                                                        new CursorKey(secret)))));
                    });
                })
                .onComplete(
                        done -> started.complete(sentinel),
                        cause -> sentinel.stop().onComplete(stopped -> started.fail(cause)));
        return started.future();
    }

    /** The port on which the server listens. */
    public int port() {
        return http.orElseThrow().port();
    }

    /**
     * The address on which the server listens: the configured one, or the loopback address for a server without
     * authentication.
     */
    public String host() {
        return host;
    }

    /** How sockets are served: {@code epoll} on Linux, {@code nio} where the native library cannot be used. */
    public String transport() {
        return vertx.isNativeTransportEnabled() ? "epoll" : "nio";
    }

    /** Whether every event loop that serves clients responds within this time. Blocks; not for an event loop. */
    public boolean isResponsive(Duration within) {
        return http.isEmpty() || http.get().areResponsive(within);
    }

    /** The mounted resources. */
    List<ApiResource> resources() {
        return List.copyOf(resources);
    }

    /**
     * Stops accepting, answers admitted requests, commits, checkpoints, closes. Every step runs even if an earlier one
     * failed.
     */
    public Future<Void> stop() {
        readiness.shutDown();
        return shutdown.run();
    }

    private Future<DestinationStore> openDestinations(SentinelConfig config) {
        return Databases.destinationsOfServer(vertx, config.store())
                .onSuccess(store -> shutdown.first("destination store", store::close));
    }

    private Future<Void> openViews(SentinelConfig config) {
        return Databases.views(vertx, config.store())
                .onSuccess(store -> shutdown.first("view store", store::close))
                .onSuccess(store -> views = Optional.of(new ViewsResource(
                        store, new SecretFinder(config.redaction().rules()), clock)))
                .mapEmpty();
    }

    private Future<Optional<TreeStore>> openTree(SentinelConfig config) {
        if (!config.evidence().enabled()) {
            return Future.succeededFuture(Optional.empty());
        }
        return Databases.tree(vertx, config.store()).map(tree -> {
            shutdown.first("tree store", tree::close);
            return Optional.of(tree);
        });
    }

    private Future<Void> startParts(
            SentinelConfig config,
            String version,
            StorePorts store,
            DestinationStore destinations,
            Optional<TreeStore> tree,
            KeyStore keyStore,
            CursorKey cursors) {
        // The outer bounds (admission) fit into the inner one, so the queue itself refuses only in an emergency.
        SharedBudgets budgets = SharedBudgets.of(vertx, config, telemetry.registry());
        int capacity = config.ingest().maxInFlightEvents();
        CommitMeters commits = new CommitMeters(telemetry.registry());
        Inbox inbox = new Inbox(vertx.eventBus(), capacity + MAX_ACTS);
        PersistVerticle persist =
                new PersistVerticle(store.appender(), inbox, config.ingest().maxBatchEvents(), commits);
        Level queue = new Level(inbox::depth, capacity);
        Bounds bounds = new Bounds(
                queue,
                new Level(budgets.events()::inUse, capacity),
                new Level(budgets.bytes()::inUse, config.ingest().maxInFlightBytes()));
        CurrentKeys keys = new CurrentKeys(config.auth().apiToken());
        ClientAddress addresses = new ClientAddress(config.limits().trustedProxies());
        PublicPath paths = new PublicPath(config.http().basePath());
        WrongTokens wrong = new WrongTokens(addresses, config.auth().isGuessable());
        resources.add(new CrossOrigin(config.http().allowedOrigins()));
        resources.add(new Authentication(
                config.auth(),
                config.http().allowedOrigins(),
                keys,
                addresses,
                wrong,
                Set.of(RedactionResource.PATH),
                Set.of(ViewsResource.PATH),
                config.evidence().publicTiles(),
                clock,
                telemetry.registry()));
        Optional<RedisVerticle> redis =
                Optional.ofNullable(config.redis()).map(settings -> new RedisVerticle(settings, telemetry.registry()));
        RateLimiter limiter = new RateLimiter(
                config.limits().rateLimit(),
                config.limits().dailyBytes(),
                addresses,
                redis.map(link -> new SharedBuckets(link, store.signedLog().logId(), telemetry.registry()))
                        .orElse(null));
        resources.add(new QueryLimit(limiter));
        IngestParts ingest = IngestParts.of(
                vertx,
                config,
                mapping,
                inbox,
                budgets,
                limiter,
                store.health(),
                paths,
                id -> keys.ring().find(id).map(ApiKey::name).orElse(null),
                telemetry.registry(),
                clock);
        shutdown.first("large OTLP requests", ingest::close);
        resources.addAll(ingest.resources());
        QueryDurations durations = new QueryDurations(telemetry.registry());
        EventFinder finder = durations.measured(store.finder());
        EvidenceParts signed = EvidenceParts.of(
                vertx, config.evidence(), store, finder, tree, budgets.answers(), telemetry.registry(), clock);
        resources.addAll(signed.resources());
        QueryParts queries = QueryParts.of(
                vertx,
                config.http(),
                store,
                finder,
                durations.measured(store.summaries()),
                redis,
                budgets,
                new ExportProofs(vertx, tree, signed.evidence(), store.log()),
                cursors,
                addresses,
                paths,
                version,
                telemetry.registry(),
                clock);
        resources.addAll(queries.resources());
        AddressGuard reach = AddressGuard.of(vertx, config.forward().allow());
        AddressGuard operatorsReach = AddressGuard.open(vertx);
        shutdown.first("names", () -> Future.join(reach.close(), operatorsReach.close()));
        Forward forward = new Forward(
                vertx,
                config.forward(),
                installed.types(),
                destinations,
                store.log(),
                () -> newest(signed.evidence()),
                reach,
                operatorsReach,
                "urn:uuid:" + store.signedLog().logId(),
                telemetry.registry(),
                clock);
        resources.add(forward.resource());
        views.ifPresent(resources::add);
        resources.add(new HealthResource());
        resources.add(new MetricsResource());
        resources.add(new DocsResource(version, paths));
        resources.add(
                new KeysResource(keyStore, new SecretFinder(config.redaction().rules()), clock));
        resources.add(new SessionResource(config.auth(), keys, wrong, clock, paths));
        resources.add(new UiResource(paths));
        Optional<Feed> feed = installed.feed(ingest, vertx, config.ingest(), telemetry.registry());
        vertx.setPeriodic(SHED_LOG_INTERVAL_MS, timer -> ingest.metrics().logShedding());
        DeploymentOptions worker = new DeploymentOptions()
                .setThreadingModel(ThreadingModel.WORKER)
                .setWorkerPoolName("sentinel-metrics")
                .setWorkerPoolSize(1);
        return deploy("redis", redis)
                .compose(done -> deploy(
                        "metrics-verticle", new MetricsVerticle(telemetry, store.health(), bounds, commits), worker))
                .compose(done -> deployWorker("evidence", signed.signer()))
                .compose(done -> deployWorker("witnesses", signed.witnesses()))
                .compose(done -> deploy("persistence", persist, new DeploymentOptions()))
                .compose(done -> deploy(
                        "health",
                        new HealthVerticle(
                                store.health(),
                                queue,
                                budgets.bounds(),
                                config.store().minFreeBytes(),
                                readiness,
                                List.of(new Notice("evidence", () -> EvidenceMeters.health(signed.evidence()))),
                                telemetry.registry()),
                        new DeploymentOptions()))
                .compose(done -> deploy(
                        "keys",
                        new KeysVerticle(keyStore, keys, ingest.reader(), inbox, clock),
                        new DeploymentOptions()))
                .compose(done -> deploy("fan-out", queries.fanOut(), new DeploymentOptions()))
                .compose(done -> forward.prepare())
                .compose(verticle -> deploy("destinations", verticle, new DeploymentOptions()))
                .compose(done -> BindPolicy.resolve(vertx, config, keys.ring()))
                .compose(policy ->
                        listen(config.http().withHost(policy.host()), addresses).onSuccess(done -> policy.warn()))
                .onSuccess(done -> shutdown.first("streams", queries::endStreams))
                .onSuccess(done -> signed.signer().ifPresent(EvidenceVerticle::follow))
                .onSuccess(done -> feed.ifPresent(this::begin));
    }

    private static Optional<SignedCheckpoint> newest(Evidence evidence) {
        return Optional.ofNullable(evidence.newest())
                .map(note -> new SignedCheckpoint(Checkpoint.parse(note.text()).size(), note.toString()));
    }

    private void begin(Feed feed) {
        FeedMeters.register(telemetry.registry(), feed);
        feed.start();
        shutdown.first("feed", feed::close);
    }

    private Future<Void> deploy(String name, Optional<? extends Deployable> verticle) {
        return verticle.isEmpty() ? Future.succeededFuture() : deploy(name, verticle.get(), new DeploymentOptions());
    }

    /** Before the persistence, so that it is stopped after it: the last checkpoint covers every event. */
    private Future<Void> deployWorker(String name, Optional<? extends Deployable> verticle) {
        if (verticle.isEmpty()) {
            return Future.succeededFuture();
        }
        DeploymentOptions worker = new DeploymentOptions()
                .setThreadingModel(ThreadingModel.WORKER)
                .setWorkerPoolName("sentinel-" + name)
                .setWorkerPoolSize(1);
        return deploy(name, verticle.get(), worker);
    }

    private Future<Void> listen(HttpConfig config, ClientAddress addresses) {
        ConnectionLimit limit = new ConnectionLimit(config.maxConnections(), addresses, telemetry.registry());
        HttpInstances instances = new HttpInstances(vertx, config, limit, resources);
        shutdown.first("http", instances::close);
        return instances.listen().onSuccess(done -> {
            http = Optional.of(instances);
            host = config.host();
        });
    }

    private Future<Void> deploy(String name, Deployable verticle, DeploymentOptions options) {
        return vertx.deployVerticle(verticle, options).map(id -> {
            shutdown.first(name, () -> vertx.undeploy(id));
            return null;
        });
    }
}
