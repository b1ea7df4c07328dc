package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.bus.Address;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.EventContent;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.store.AgentEvents;
import dev.sentinel.audit.store.AgentSummary;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.EventStore;
import dev.sentinel.audit.store.FoundEvents;
import dev.sentinel.audit.store.LogIdentity;
import dev.sentinel.audit.store.Outcome;
import dev.sentinel.audit.store.Page;
import dev.sentinel.audit.store.Position;
import dev.sentinel.audit.store.SessionSummary;
import dev.sentinel.audit.store.Stats;
import dev.sentinel.audit.store.StatsQuery;
import dev.sentinel.audit.store.StoreStatus;
import dev.sentinel.audit.store.Tally;
import dev.sentinel.audit.store.TallyQuery;
import dev.sentinel.audit.store.TraceQuery;
import dev.sentinel.audit.store.TraceSummary;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * An {@link EventStore} in two SQLite files; see the package description. Owns its verticles, connections and lock.
 *
 * <p>The local event bus must carry records: see {@link dev.sentinel.audit.bus.LocalCodec#register}.
 */
public final class SqliteEventStore implements EventStore {
    private final Vertx vertx;
    private final DiskSampler disk;
    private final ProcessLock lock;
    private final IndexBacklog backlog;
    private final LogWriter writer;
    private final LogWriterVerticle writerVerticle;
    private final Address<LogWriterVerticle.Request, List<Outcome>> writerAddress;
    private final SqliteReader reader;
    private final RecentLeaves recentLeaves;
    private final LogIdentity identity;
    private final ReadYourWrites queries;
    private final List<String> deployments;
    private final List<LongConsumer> listeners = new CopyOnWriteArrayList<>();
    private volatile int number;
    private final AtomicReference<Future<Void>> closed = new AtomicReference<>();

    private SqliteEventStore(
            Vertx vertx,
            DiskSampler disk,
            LogWriterVerticle writerVerticle,
            Address<LogWriterVerticle.Request, List<Outcome>> writerAddress,
            OpenedFiles opened,
            SqliteReader reader,
            List<String> deployments) {
        this.vertx = vertx;
        this.disk = disk;
        this.lock = opened.lock();
        this.backlog = opened.backlog();
        this.writer = opened.writer();
        this.recentLeaves = opened.recentLeaves();
        this.identity = opened.identity();
        this.number = opened.identity().number();
        this.writerVerticle = writerVerticle;
        this.writerAddress = writerAddress;
        this.reader = reader;
        this.queries = new ReadYourWrites(vertx, opened.backlog(), reader, new SqliteSummaries(reader));
        this.deployments = deployments;
    }

    /**
     * Opens or creates the files, completes the index and starts the writers. Fails with {@link Unusable} and one line
     * for the operator.
     */
    public static Future<SqliteEventStore> open(Vertx vertx, Path logFile, StoreConfig config, Clock clock) {
        SqliteFiles files = SqliteFiles.of(logFile);
        return open(vertx, files, files::usage, config, clock);
    }

    /** @param usage asks the file system of the files; blocking */
    static Future<SqliteEventStore> open(
            Vertx vertx, SqliteFiles files, Supplier<DiskUsage> usage, StoreConfig config, Clock clock) {
        return vertx.executeBlocking(() ->
                        OpenedFiles.open(files, config.maxIndexBacklog(), new EventContent(config.redaction()), clock))
                .compose(opened -> DiskSampler.start(vertx, usage)
                        .compose(disk -> start(vertx, config, files, disk, opened, clock)));
    }

    private static Future<SqliteEventStore> start(
            Vertx vertx, StoreConfig config, SqliteFiles files, DiskSampler disk, OpenedFiles opened, Clock clock) {
        String id = UUID.randomUUID().toString();
        Address<LogWriterVerticle.Request, List<Outcome>> log = new Address<>("sentinel.sqlite.log." + id);
        Address<Wake, Void> index = new Address<>("sentinel.sqlite.index." + id);
        IndexBacklog backlog = opened.backlog();
        LogWriterVerticle writer = new LogWriterVerticle(log, index, opened.writer(), backlog);
        return deploy(
                        vertx,
                        "sentinel-index-writer",
                        () -> new IndexWriterVerticle(
                                index, files.index(), opened.index(), opened.recentIds(), backlog, clock))
                .compose(indexWriter -> deploy(
                                vertx,
                                "sentinel-checkpoint",
                                () -> new CheckpointVerticle(opened.checkpointer(), backlog))
                        .compose(checkpoint -> deploy(vertx, "sentinel-log-writer", () -> writer)
                                .map(logWriter -> new SqliteEventStore(
                                        vertx,
                                        disk,
                                        writer,
                                        log,
                                        opened,
                                        new SqliteReader(
                                                vertx,
                                                files,
                                                opened.recentIds(),
                                                opened.indexCache(),
                                                opened.identity().legacyKey(),
                                                backlog::committed,
                                                config.readers(),
                                                () -> index.publish(vertx.eventBus(), Wake.DAMAGE)),
                                        // In closing order: producers of work before their consumers.
                                        List.of(logWriter, indexWriter, checkpoint)))));
    }

    private static Future<String> deploy(Vertx vertx, String pool, Supplier<VerticleBase> verticle) {
        return vertx.deployVerticle(
                verticle,
                new DeploymentOptions()
                        .setThreadingModel(ThreadingModel.WORKER)
                        .setWorkerPoolName(pool)
                        .setWorkerPoolSize(1)
                        // Waiting for the index or for a slow disk is expected.
                        .setMaxWorkerExecuteTime(30)
                        .setMaxWorkerExecuteTimeUnit(TimeUnit.SECONDS));
    }

    /**
     * Waits for the writer without a timeout: a caller that gave up would send the next batch to a writer that still
     * has this one, again and again. The callers bound how much they send and how long their clients wait.
     */
    @Override
    public Future<List<Outcome>> append(List<AuditEvent> events) {
        Future<List<Outcome>> appended = writerVerticle.isCurrentThread()
                ? writerVerticle.append(events)
                : writerAddress.requestUntilAnswered(vertx.eventBus(), new LogWriterVerticle.Write(events));
        return appended.onSuccess(done -> notifyListeners()).recover(SqliteEventStore::failed);
    }

    /** One: there is one writer, and the next batch grows while it commits. */
    @Override
    public int parallelAppends() {
        return 1;
    }

    @Override
    public Optional<Context> writerContext() {
        return Optional.of(writerVerticle.writerContext());
    }

    @Override
    public Future<List<StoredEvent>> read(long fromSeq, int limit) {
        return reader.read(fromSeq, limit);
    }

    @Override
    public long end() {
        return backlog.committed();
    }

    /** Row ids are positions. */
    @Override
    public OptionalLong sizeCovering(long snapshotBound) {
        return OptionalLong.of(snapshotBound);
    }

    @Override
    public void onSequenced(LongConsumer listener) {
        listeners.add(listener);
    }

    @Override
    public byte[] recent(long fromSeq, int limit) {
        return recentLeaves.recent(fromSeq, limit);
    }

    @Override
    public String logId() {
        return identity.logId();
    }

    @Override
    public Future<Standing> standing() {
        return Future.succeededFuture(new Standing(number, end(), true, Map.of()));
    }

    @Override
    public Future<Void> begin(int begun) {
        return writerAddress
                .requestUntilAnswered(vertx.eventBus(), new LogWriterVerticle.Begin(begun))
                .recover(SqliteEventStore::failed)
                .map(done -> {
                    number = begun;
                    return null;
                });
    }

    /** There are no other servers. */
    @Override
    public Future<Void> announce(int begun, List<String> verifierKeys) {
        return Future.succeededFuture();
    }

    private void notifyListeners() {
        long end = end();
        listeners.forEach(listener -> listener.accept(end));
    }

    @Override
    public Future<Void> probe() {
        return writerAddress
                .requestUntilAnswered(vertx.eventBus(), new LogWriterVerticle.Probe())
                .recover(SqliteEventStore::failed)
                .mapEmpty();
    }

    @Override
    public Future<Optional<StoredEvent>> find(UUID eventId) {
        return queries.find(eventId);
    }

    @Override
    public Future<FoundEvents> search(EventQuery query) {
        return queries.search(query);
    }

    @Override
    public Future<AgentEvents> agentEvents(String agentInstanceId, EventQuery query) {
        return queries.agentEvents(agentInstanceId, query);
    }

    @Override
    public Future<Long> snapshotBound() {
        return queries.snapshotBound();
    }

    @Override
    public Future<String> revision() {
        return queries.revision();
    }

    @Override
    public Future<Optional<AgentSummary>> agent(String agentInstanceId) {
        return queries.agent(agentInstanceId);
    }

    @Override
    public Future<Page<AgentSummary, String>> agents(String prefix, Optional<String> after, int limit) {
        return queries.agents(prefix, after, limit);
    }

    @Override
    public Future<Optional<TraceSummary>> trace(String traceId, String agentPrefix) {
        return queries.trace(traceId, agentPrefix);
    }

    @Override
    public Future<Page<TraceSummary, Position>> traces(TraceQuery query) {
        return queries.traces(query);
    }

    @Override
    public Future<Optional<SessionSummary>> session(String sessionId, String agentPrefix) {
        return queries.session(sessionId, agentPrefix);
    }

    @Override
    public Future<Stats> stats(StatsQuery query) {
        return queries.stats(query);
    }

    @Override
    public Future<Tally> tally(TallyQuery query) {
        return queries.tally(query);
    }

    @Override
    public StoreStatus status() {
        // The index first: both only grow, and indexed must not appear to be ahead.
        long indexed = backlog.indexed();
        boolean works = writer.writable() && !backlog.indexFailing();
        DiskUsage usage = disk.latest();
        return new StoreStatus(backlog.committed(), indexed, works, usage.files(), usage.freeBytes());
    }

    @Override
    public Future<Void> close() {
        Future<Void> closing = closed.get();
        if (closing != null) {
            return closing;
        }
        disk.stop();
        backlog.drainNow();
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

    private static <T> Future<T> failed(Throwable cause) {
        return Future.failedFuture(
                cause instanceof Failure ? cause : new Unavailable("the log writer did not answer", cause));
    }
}
