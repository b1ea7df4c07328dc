package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.EventContent;
import dev.sentinel.audit.event.Leaf;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.failure.OutageLog;
import dev.sentinel.audit.failure.Overloaded;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.reads.SharedRead;
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
import io.vertx.core.Vertx;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An {@link EventStore} in a PostgreSQL database; see the package description. Owns its connections. */
public final class PostgresEventStore implements EventStore {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresEventStore.class);

    /** Queries that may wait for a connection; more are refused. */
    private static final int MAX_WAITING_QUERIES = 500;

    /** Servers that probe at the same time mostly write different rows. */
    private static final int PROBE_SLOTS = 64;

    private static final String PROBE =
            "INSERT INTO audit_probes VALUES ($1, now()) ON CONFLICT (slot) DO UPDATE SET at = now()";
    private static final String SIZES = "SELECT pg_table_size('audit_events'), pg_indexes_size('audit_events')";
    private static final long SIZES_INTERVAL_MS = 60_000;
    private static final long CLOSE_TIMEOUT_MS = 2_000;

    private final Vertx vertx;
    private final Sessions sessions;
    private final int parallelAppends;
    private final CurrentPool writers;
    private final CurrentPool readers;
    private final Progress progress;
    private final SequencedLeaves leaves;
    private final SequencerVerticle sequencer;
    private final String deployment;
    private final Appends appends;
    private final PostgresReader reader;
    /** Every list asks for it. */
    private final SharedRead<String> revision;

    private final PostgresTraces traces;
    private final PostgresStats stats;
    private final PostgresTally tally;
    private final LogIdentity identity;
    private final long sizesTimer;

    private final OutageLog queryOutage =
            OutageLog.error(LOG, "query failed status=503 effect=\"clients retry\"", "queries available again");

    private final AtomicReference<Future<Void>> closed = new AtomicReference<>();

    private volatile boolean writable = true;
    private volatile Map<String, Long> sizes = Map.of();

    private PostgresEventStore(
            Vertx vertx,
            Sessions sessions,
            StoreConfig config,
            Progress progress,
            SequencedLeaves leaves,
            SequencerVerticle sequencer,
            String deployment,
            LogIdentity identity,
            Clock clock,
            Appends.Statements statements) {
        this.vertx = vertx;
        this.sessions = sessions;
        this.parallelAppends = config.writers();
        // One waiter more than parallel appends, for the probe: appends that timed out may still be running.
        this.writers = sessions.current(() -> sessions.writing(config.writers(), config.writers() + 1));
        this.readers = sessions.current(() -> sessions.reading(config.readers(), MAX_WAITING_QUERIES));
        this.progress = progress;
        this.leaves = leaves;
        this.sequencer = sequencer;
        this.deployment = deployment;
        this.appends = new Appends(
                vertx,
                writers,
                progress,
                leaves,
                new EventContent(config.redaction()),
                identity.legacyKey(),
                clock,
                statements);
        this.reader = new PostgresReader(readers, identity.legacyKey());
        this.revision = new SharedRead<>(() -> query(reader.revision()));
        this.traces = new PostgresTraces(reader);
        this.stats = new PostgresStats(reader);
        this.tally = new PostgresTally(reader);
        this.identity = identity;
        sequencer.onHang(this::renewPools);
        this.sizesTimer = vertx.setPeriodic(0, SIZES_INTERVAL_MS, timer -> measure());
    }

    /**
     * Connects, migrates the schema, and starts to follow the order of events. Fails with {@link Unusable} and one line
     * for the operator, also while the copy of a log into this database is unfinished.
     */
    public static Future<PostgresEventStore> open(
            Vertx vertx, Database.Postgres database, StoreConfig config, Clock clock) {
        Sessions sessions;
        try {
            sessions = new Sessions(vertx, database, config.timeout());
        } catch (Failure e) {
            return Future.failedFuture(e);
        }
        Progress progress = new Progress();
        SequencedLeaves leaves = new SequencedLeaves();
        SequencerVerticle sequencer = new SequencerVerticle(sessions, progress, leaves, clock);
        return Schema.migrate(sessions)
                .compose(migrated -> MigrationTable.refuseUnfinished(sessions))
                .compose(complete -> Schema.isPartitioned(sessions))
                .map(partitioned -> partitioned ? Appends.Statements.PARTITIONED : Appends.Statements.PLAIN)
                .compose(statements -> Identity.read(sessions)
                        .compose(identity -> prepareDigests(vertx).map(identity))
                        .compose(identity -> vertx.deployVerticle(sequencer, new DeploymentOptions())
                                .map(deployment -> new PostgresEventStore(
                                        vertx,
                                        sessions,
                                        config,
                                        progress,
                                        leaves,
                                        sequencer,
                                        deployment,
                                        identity,
                                        clock,
                                        statements))))
                .recover(cause -> Failures.unusable(database, cause));
    }

    /** Java reads files when it computes the first one, which must not happen on an event loop. */
    private static Future<Leaf> prepareDigests(Vertx vertx) {
        return vertx.executeBlocking(Leaf::new);
    }

    @Override
    public Future<List<Outcome>> append(List<AuditEvent> events) {
        return inTime(appends.append(events))
                .onComplete(result -> {
                    writable = result.succeeded();
                    sequencer.appended();
                })
                .recover(Failures::unavailable);
    }

    @Override
    public int parallelAppends() {
        return parallelAppends;
    }

    @Override
    public Optional<Context> writerContext() {
        return Optional.empty();
    }

    @Override
    public Future<List<StoredEvent>> read(long fromSeq, int limit) {
        return query(reader.read(fromSeq, limit));
    }

    @Override
    public long end() {
        return progress.watermark().nextSeq();
    }

    @Override
    public OptionalLong sizeCovering(long snapshotBound) {
        Watermark reached = progress.watermark();
        return reached.nextArrival() >= snapshotBound ? OptionalLong.of(reached.nextSeq()) : OptionalLong.empty();
    }

    @Override
    public void onSequenced(LongConsumer listener) {
        progress.listen(listener);
    }

    @Override
    public byte[] recent(long fromSeq, int limit) {
        return leaves.recent(fromSeq, limit);
    }

    @Override
    public String logId() {
        return identity.logId();
    }

    @Override
    public Future<Standing> standing() {
        return query(Identity.standing(readers.get()));
    }

    @Override
    public Future<Void> begin(int number) {
        return inTime(Identity.begin(writers.get(), number)).recover(Failures::unavailable);
    }

    @Override
    public Future<Void> announce(int number, List<String> verifierKeys) {
        return inTime(Identity.announce(writers.get(), number, verifierKeys)).recover(Failures::unavailable);
    }

    @Override
    public Future<Long> snapshotBound() {
        return query(reader.snapshotBound());
    }

    @Override
    public Future<String> revision() {
        return revision.read();
    }

    @Override
    public Future<Void> probe() {
        short slot = (short) ThreadLocalRandom.current().nextInt(PROBE_SLOTS);
        return inTime(writers.get().preparedQuery(PROBE).execute(Tuple.of(slot)))
                .onComplete(result -> writable = result.succeeded())
                .recover(Failures::unavailable)
                .mapEmpty();
    }

    @Override
    public Future<Optional<StoredEvent>> find(UUID eventId) {
        return query(reader.find(eventId));
    }

    @Override
    public Future<FoundEvents> search(EventQuery query) {
        return query(reader.search(query));
    }

    @Override
    public Future<AgentEvents> agentEvents(String agentInstanceId, EventQuery query) {
        return query(reader.agentEvents(agentInstanceId, query));
    }

    @Override
    public Future<Optional<AgentSummary>> agent(String agentInstanceId) {
        return query(reader.agent(agentInstanceId));
    }

    @Override
    public Future<Page<AgentSummary, String>> agents(String prefix, Optional<String> after, int limit) {
        return query(reader.agents(prefix, after, limit));
    }

    @Override
    public Future<Optional<TraceSummary>> trace(String traceId, String agentPrefix) {
        return query(traces.trace(traceId, agentPrefix));
    }

    @Override
    public Future<Page<TraceSummary, Position>> traces(TraceQuery query) {
        return query(traces.list(query));
    }

    @Override
    public Future<Optional<SessionSummary>> session(String sessionId, String agentPrefix) {
        return query(traces.session(sessionId, agentPrefix));
    }

    @Override
    public Future<Stats> stats(StatsQuery query) {
        return query(stats.stats(query));
    }

    @Override
    public Future<Tally> tally(TallyQuery query) {
        return query(tally.tally(query));
    }

    @Override
    public StoreStatus status() {
        // In this order: both only grow, and what has a position must not appear to be ahead.
        long sequenced = end();
        return new StoreStatus(progress.events(), sequenced, writable && sequencer.connected(), sizes, Long.MAX_VALUE);
    }

    @Override
    public Future<Void> close() {
        Future<Void> closing = closed.get();
        if (closing != null) {
            return closing;
        }
        vertx.cancelTimer(sizesTimer);
        Future<Void> done = Future.join(
                        closed("readers", readers.close()),
                        closed("writers", writers.close()),
                        closed("sequencer", vertx.undeploy(deployment)))
                .mapEmpty();
        closed.compareAndSet(null, done);
        return done;
    }

    /** A connection to a hung database closes only when the database answers; abandoning it loses nothing. */
    private static Future<Void> closed(String part, Future<Void> closing) {
        return closing.timeout(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .onFailure(cause -> LOG.debug("not closed in time part={}", part))
                .otherwiseEmpty();
    }

    /** Their connections hang like that of the sequencer. */
    private void renewPools() {
        writers.renew();
        readers.renew();
    }

    private void measure() {
        inTime(readers.get().preparedQuery(SIZES).execute())
                .onSuccess(rows -> {
                    Row row = rows.iterator().next();
                    sizes = Map.of("table", row.getLong(0), "indexes", row.getLong(1));
                })
                .onFailure(cause -> LOG.debug("database size unknown", cause));
    }

    private <T> Future<T> query(Future<T> answer) {
        return inTime(answer).onSuccess(done -> queryOutage.succeeded()).recover(this::failedQuery);
    }

    private <T> Future<T> failedQuery(Throwable cause) {
        if (cause instanceof ConnectionPoolTooBusyException) {
            return Future.failedFuture(new Overloaded("too many queries wait for a connection"));
        }
        Failure failure = Failures.asUnavailable(cause);
        queryOutage.failed(failure);
        return Future.failedFuture(failure);
    }

    /** A client-side timeout: a hung database does not enforce its statement timeout either. */
    private <T> Future<T> inTime(Future<T> answer) {
        return answer.timeout(sessions.timeout().toMillis(), TimeUnit.MILLISECONDS);
    }
}
