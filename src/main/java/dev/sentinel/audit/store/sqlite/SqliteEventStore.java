package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.bus.Address;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.store.AgentEvents;
import dev.sentinel.audit.store.AgentSummary;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.EventStore;
import dev.sentinel.audit.store.FoundEvents;
import dev.sentinel.audit.store.Outcome;
import dev.sentinel.audit.store.Page;
import dev.sentinel.audit.store.Stats;
import dev.sentinel.audit.store.StatsQuery;
import dev.sentinel.audit.store.StoreStatus;
import dev.sentinel.audit.store.TraceSummary;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * An {@link EventStore} in two SQLite files, as the package describes. Owns its verticles, connections and lock.
 *
 * <p>The local event bus must carry records: see {@link dev.sentinel.audit.bus.LocalCodec#register}.
 */
public final class SqliteEventStore implements EventStore {
    /**
     * Practically none: who gave up would send the next batch to a writer that still has this one, and so without end.
     * Our callers bound how much they send, and how long their clients wait.
     */
    private static final Duration WRITE_TIMEOUT = Duration.ofDays(1);

    private static final long READ_YOUR_WRITES_MS = 5_000;

    private final Vertx vertx;
    private final SqliteFiles files;
    private final ProcessLock lock;
    private final IndexBacklog backlog;
    private final LogWriter writer;
    private final Address<LogWriterVerticle.Request, List<Outcome>> writerAddress;
    private final SqliteReader reader;
    private final SqliteStats stats;
    private final List<String> deployments;
    private final List<LongConsumer> listeners = new CopyOnWriteArrayList<>();
    private final AtomicReference<Future<Void>> closed = new AtomicReference<>();

    private SqliteEventStore(
            Vertx vertx,
            SqliteFiles files,
            ProcessLock lock,
            IndexBacklog backlog,
            LogWriter writer,
            Address<LogWriterVerticle.Request, List<Outcome>> writerAddress,
            SqliteReader reader,
            List<String> deployments) {
        this.vertx = vertx;
        this.files = files;
        this.lock = lock;
        this.backlog = backlog;
        this.writer = writer;
        this.writerAddress = writerAddress;
        this.reader = reader;
        this.stats = new SqliteStats(reader);
        this.deployments = deployments;
    }

    /**
     * Opens or makes the files, brings the index up to the log and starts the writers. Fails with {@link Unusable} and
     * one line for the operator.
     */
    public static Future<SqliteEventStore> open(Vertx vertx, Path logFile, StoreConfig config, Clock clock) {
        SqliteFiles files = SqliteFiles.of(logFile);
        return vertx.executeBlocking(() -> OpenedFiles.open(files, config.maxIndexBacklog(), clock))
                .compose(opened -> start(vertx, config, files, opened, clock));
    }

    private static Future<SqliteEventStore> start(
            Vertx vertx, StoreConfig config, SqliteFiles files, OpenedFiles opened, Clock clock) {
        String id = UUID.randomUUID().toString();
        Address<LogWriterVerticle.Request, List<Outcome>> log = new Address<>("sentinel.sqlite.log." + id);
        Address<Wake, Void> index = new Address<>("sentinel.sqlite.index." + id);
        IndexBacklog backlog = opened.backlog();
        return deploy(
                        vertx,
                        "sentinel-index-writer",
                        () -> new IndexWriterVerticle(
                                index, files.index(), opened.index(), opened.recentIds(), backlog, clock))
                .compose(indexWriter -> deploy(
                                vertx,
                                "sentinel-checkpoint",
                                () -> new CheckpointVerticle(opened.checkpointer(), backlog))
                        .compose(checkpoint -> deploy(
                                        vertx,
                                        "sentinel-log-writer",
                                        () -> new LogWriterVerticle(log, index, opened.writer(), backlog))
                                .map(logWriter -> new SqliteEventStore(
                                        vertx,
                                        files,
                                        opened.lock(),
                                        backlog,
                                        opened.writer(),
                                        log,
                                        new SqliteReader(
                                                vertx,
                                                files,
                                                opened.recentIds(),
                                                config.readers(),
                                                () -> index.publish(vertx.eventBus(), Wake.DAMAGE)),
                                        // The order of closing: what others get work from goes first.
                                        List.of(logWriter, indexWriter, checkpoint)))));
    }

    private static Future<String> deploy(Vertx vertx, String pool, Supplier<VerticleBase> verticle) {
        return vertx.deployVerticle(
                verticle,
                new DeploymentOptions()
                        .setThreadingModel(ThreadingModel.WORKER)
                        .setWorkerPoolName(pool)
                        .setWorkerPoolSize(1)
                        // Waiting for the index or for a slow disk is no defect of ours.
                        .setMaxWorkerExecuteTime(30)
                        .setMaxWorkerExecuteTimeUnit(TimeUnit.SECONDS));
    }

    @Override
    public Future<List<Outcome>> append(List<AuditEvent> events) {
        return writerAddress
                .request(vertx.eventBus(), new LogWriterVerticle.Write(events), WRITE_TIMEOUT)
                .onSuccess(done -> notifyListeners())
                .recover(SqliteEventStore::failed);
    }

    /** One: there is one writer, and while it commits a batch the next one grows. */
    @Override
    public int parallelAppends() {
        return 1;
    }

    @Override
    public Future<List<StoredEvent>> read(long fromSeq, int limit) {
        return reader.read(fromSeq, limit);
    }

    @Override
    public void onSequenced(LongConsumer listener) {
        listeners.add(listener);
    }

    @Override
    public Future<Long> snapshotBound() {
        return Future.succeededFuture(backlog.committed());
    }

    private void notifyListeners() {
        long next = backlog.committed();
        listeners.forEach(listener -> listener.accept(next));
    }

    @Override
    public Future<Void> probe() {
        return writerAddress
                .request(vertx.eventBus(), new LogWriterVerticle.Probe(), WRITE_TIMEOUT)
                .recover(SqliteEventStore::failed)
                .mapEmpty();
    }

    @Override
    public Future<Optional<StoredEvent>> find(UUID eventId) {
        return afterWrites(() -> reader.find(eventId));
    }

    @Override
    public Future<FoundEvents> search(EventQuery query) {
        return afterWrites(() -> reader.search(query));
    }

    @Override
    public Future<AgentEvents> agentEvents(String agentInstanceId, EventQuery query) {
        return afterWrites(() -> reader.agentEvents(agentInstanceId, query));
    }

    @Override
    public Future<Optional<AgentSummary>> agent(String agentInstanceId) {
        return afterWrites(() -> reader.agent(agentInstanceId));
    }

    @Override
    public Future<Page<AgentSummary, String>> agents(String prefix, Optional<String> after, int limit) {
        return afterWrites(() -> reader.agents(prefix, after, limit));
    }

    @Override
    public Future<Optional<TraceSummary>> trace(String traceId, String agentPrefix) {
        return afterWrites(() -> reader.trace(traceId, agentPrefix));
    }

    @Override
    public Future<Stats> stats(StatsQuery query) {
        return afterWrites(() -> stats.stats(query));
    }

    @Override
    public StoreStatus status() {
        // The index first: both only grow, and indexed must not appear to be ahead.
        long indexed = backlog.indexed();
        boolean works = writer.writable() && !backlog.indexFailing();
        return new StoreStatus(backlog.committed(), indexed, works, files.sizes(), files.freeBytes());
    }

    @Override
    public Future<Void> close() {
        Future<Void> closing = closed.get();
        if (closing != null) {
            return closing;
        }
        backlog.hurry();
        Future<Void> done = reader.close();
        for (String deployment : deployments) {
            done = done.eventually(() -> vertx.undeploy(deployment));
        }
        done = done.eventually(() -> vertx.executeBlocking(() -> {
            lock.close();
            return null;
        }));
        closed.compareAndSet(null, done);
        return done;
    }

    private <T> Future<T> afterWrites(Supplier<Future<T>> query) {
        Future<Void> caughtUp = backlog.caughtUp();
        if (caughtUp.succeeded()) {
            return query.get();
        }
        Future<Void> ready = caughtUp.timeout(READ_YOUR_WRITES_MS, TimeUnit.MILLISECONDS)
                .recover(late -> {
                    backlog.forget(caughtUp);
                    return Future.failedFuture(new Unavailable("the index is behind the log"));
                });
        // The index writer's thread completes the wait; the query and its answer belong to the caller's context.
        return onCallersContext(ready).compose(done -> query.get());
    }

    private <T> Future<T> onCallersContext(Future<T> future) {
        Promise<T> promise = Promise.promise();
        Context context = vertx.getOrCreateContext();
        future.onComplete(result -> context.runOnContext(now -> promise.handle(result)));
        return promise.future();
    }

    private static <T> Future<T> failed(Throwable cause) {
        return Future.failedFuture(
                cause instanceof Failure ? cause : new Unavailable("the log writer did not answer", cause));
    }
}
