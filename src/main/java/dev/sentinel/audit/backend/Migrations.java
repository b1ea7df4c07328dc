package dev.sentinel.audit.backend;

import dev.sentinel.audit.bus.LocalCodec;
import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.event.EventContent;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.store.DestinationState;
import dev.sentinel.audit.store.DestinationStore;
import dev.sentinel.audit.store.EventStore;
import dev.sentinel.audit.store.SavedView;
import dev.sentinel.audit.store.StoredDestination;
import dev.sentinel.audit.store.migrate.EventImport;
import dev.sentinel.audit.store.migrate.EventSource;
import dev.sentinel.audit.store.migrate.ImportProgress;
import dev.sentinel.audit.store.migrate.LogCopy;
import dev.sentinel.audit.store.migrate.LogEvents;
import dev.sentinel.audit.store.migrate.LogSource;
import dev.sentinel.audit.store.migrate.LogTarget;
import dev.sentinel.audit.store.migrate.MigrationProgress;
import dev.sentinel.audit.store.migrate.Refusals;
import dev.sentinel.audit.store.migrate.RowReport;
import dev.sentinel.audit.store.migrate.Verdict;
import dev.sentinel.audit.store.postgres.PostgresImportProgress;
import dev.sentinel.audit.store.postgres.PostgresLogSource;
import dev.sentinel.audit.store.postgres.PostgresLogTarget;
import dev.sentinel.audit.store.sqlite.DestinationCopy;
import dev.sentinel.audit.store.sqlite.KeyCopy;
import dev.sentinel.audit.store.sqlite.PythonSource;
import dev.sentinel.audit.store.sqlite.SqliteImportProgress;
import dev.sentinel.audit.store.sqlite.SqliteLogSource;
import dev.sentinel.audit.store.sqlite.SqliteLogTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Migrates a database into another one, by a copy or an import, depending on both. Blocking, for a plain thread.
 * Failures are {@link Failure}s with one line for the operator. Must be closed.
 */
public final class Migrations implements AutoCloseable {
    /**
     * The result of a dry run.
     *
     * @param from the position in the source where the migration would begin
     * @param events number of events or rows that would be migrated
     * @param agents number of agents in the whole source
     * @param keepsPositions whether events would keep their {@code seq} and {@code received_at}
     */
    public record Rehearsal(long from, long events, long agents, boolean keepsPositions, Refusals refused) {}

    /**
     * The result of a migration.
     *
     * @param behind number of events or rows that were added to the source meanwhile
     * @param logNumber that of the signed log, if it goes on in the target; 0 if it was never signed, or does not
     */
    public record Result(Verdict verdict, Refusals refused, long behind, int logNumber) {}

    /**
     * What to do with rows that are not valid events.
     *
     * @param shorten whether to shorten values that are only too long
     * @param reread whether to read rows again that an earlier run has read
     * @param report receives the rows that are refused or changed
     */
    public record Rows(boolean shorten, boolean reread, RowReport report) {}

    /** Looks at the keys with which a log would be signed in the target. */
    @FunctionalInterface
    public interface KeyCheck {
        /** For a source that was never signed, or a target that will not be. */
        KeyCheck NONE = (logId, announced) -> {};

        /**
         * Throws a {@link Failure} if they are those of another log.
         *
         * @param announced the public keys that the servers of the log have announced, by number, newest first
         */
        void check(String logId, Map<Integer, List<String>> announced);
    }

    /** What becomes of the destinations and views of the target. */
    private enum Rest {
        /** They are those of the source: no server has used the target since it had other events. */
        REPLACE,
        /**
         * They stay, and no cursor is behind that of the source: a server may have used the target, which has all
         * events. Nothing was configured on either side since, for that is an event.
         */
        CATCH_UP,
        /** They stay, and those of the source are added, held: their cursors mean nothing here. */
        ADD
    }

    private static final String OTHER_POSITIONS = "the events were merged into another log, with other positions";

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    private final StoreConfig source;
    private final StoreConfig target;
    private final RedactionRules rules;
    private final boolean merge;
    private final Rows rows;
    private final boolean isLog;
    private final MigrationProgress progress;

    /**
     * Detects the kind of the source and does nothing else.
     *
     * @param source the file of a log of Sentinel, or of a database of the Python server; its server may be running
     * @param rules redaction rules for events that were not redacted before
     * @param merge whether the target may hold other events
     */
    public Migrations(
            Path source, StoreConfig target, RedactionRules rules, boolean merge, MigrationProgress progress) {
        this(new Database.Sqlite(source), target, rules, merge, new Rows(false, false, RowReport.NONE), progress);
    }

    /**
     * As the other constructor, with rules for rows that are not valid events.
     *
     * @param source may also be a PostgreSQL database that no server uses
     */
    public Migrations(
            Database source,
            StoreConfig target,
            RedactionRules rules,
            boolean merge,
            Rows rows,
            MigrationProgress progress) {
        LocalCodec.register(vertx);
        this.source = target.with(source);
        this.target = target;
        this.rules = rules;
        this.merge = merge;
        this.rows = rows;
        this.progress = progress;
        try {
            this.isLog = !(source instanceof Database.Sqlite file) || SqliteLogSource.isLog(file.logFile());
            if (copies() && source instanceof Database.Sqlite && target.database() instanceof Database.Sqlite) {
                throw new Unusable("to copy a log to another file, use bin/sentinel backup and restore; to add its"
                        + " events to another log, use --merge");
            }
            if (copies() && source instanceof Database.Postgres && target.database() instanceof Database.Postgres) {
                throw new Unusable("to copy a database to another one, use pg_dump and pg_restore; to add its events to"
                        + " another log, use --merge");
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private boolean copies() {
        return isLog && !merge;
    }

    /** Dry run: checks everything and writes nothing. */
    public Rehearsal rehearse(KeyCheck keys) {
        if (copies()) {
            try (LogSource log = inspectLog();
                    LogTarget copy = openTarget()) {
                LogCopy.Plan plan = new LogCopy(log, copy, nothing -> {}, progress).plan();
                keys.check(log.logId(), log.verifierKeys());
                checkLog(plan.from(), plan.end());
                return new Rehearsal(plan.from(), plan.end() - plan.from(), log.agents(), true, new Refusals());
            }
        }
        try (EventSource events = openEvents();
                ImportProgress importProgress = openImportProgress()) {
            EventImport rehearsed =
                    new EventImport(events, importProgress, new EventContent(rules), rows.report(), progress);
            EventImport.Plan plan = rehearsed.plan(merge, rows.reread());
            checkLog(plan.from(), plan.end());
            return new Rehearsal(plan.from(), plan.rows(), events.agents(), false, rehearsed.rehearse(plan));
        }
    }

    /**
     * Migrates what the target lacks, and verifies everything. May be called again after any failure.
     *
     * @param keys asked before a log is copied
     */
    public Result run(KeyCheck keys) {
        if (copies()) {
            try (LogSource log = openLog();
                    LogTarget copy = openTarget()) {
                LogCopy copying = new LogCopy(
                        log, copy, found -> adoptRest(found.isComplete() ? Rest.CATCH_UP : Rest.REPLACE), progress);
                LogCopy.Plan plan = copying.plan();
                keys.check(log.logId(), log.verifierKeys());
                checkLog(plan.from(), plan.end());
                Verdict verdict = copying.run(plan);
                long behind = log.end() - plan.end();
                if (behind == 0 && verdict instanceof Verdict.Verified) {
                    log.leave();
                }
                return new Result(verdict, new Refusals(), behind, log.number());
            }
        }
        try (EventSource events = openEvents();
                ImportProgress importProgress = openImportProgress()) {
            EventImport importing =
                    new EventImport(events, importProgress, new EventContent(rules), rows.report(), progress);
            EventImport.Plan plan = importing.plan(merge, rows.reread());
            checkLog(plan.from(), plan.end());
            EventStore store =
                    Databases.events(vertx, target, Clock.systemUTC()).await();
            try {
                EventImport.Result result = importing.run(plan, store, () -> adoptRest(Rest.ADD));
                return new Result(result.verdict(), result.refused(), events.count(plan.end(), events.end()), 0);
            } finally {
                store.close().await();
            }
        }
    }

    /** Before the first write: events of a log are copied as they are, so all of them must be events. */
    private void checkLog(long from, long end) {
        if (isLog && source.database() instanceof Database.Sqlite file) {
            try (SqliteLogSource log = SqliteLogSource.open(file.logFile())) {
                log.check(from, end);
            }
            KeyCopy.of(file.logFile());
        }
    }

    private LogSource openLog() {
        return source.database() instanceof Database.Postgres postgres
                ? PostgresLogSource.open(vertx, postgres, source.timeout())
                : SqliteLogSource.open(((Database.Sqlite) source.database()).logFile());
    }

    private LogSource inspectLog() {
        return source.database() instanceof Database.Postgres postgres
                ? PostgresLogSource.inspect(vertx, postgres, source.timeout())
                : openLog();
    }

    private LogTarget openTarget() {
        return target.database() instanceof Database.Postgres postgres
                ? PostgresLogTarget.open(vertx, postgres, target.timeout())
                : SqliteLogTarget.open(((Database.Sqlite) target.database()).logFile());
    }

    private EventSource openEvents() {
        return isLog
                ? new LogEvents(openLog())
                : PythonSource.open(((Database.Sqlite) source.database()).logFile(), rules, rows.shorten());
    }

    private ImportProgress openImportProgress() {
        return target.database() instanceof Database.Postgres postgres
                ? PostgresImportProgress.open(vertx, postgres, target.timeout())
                : new SqliteImportProgress(((Database.Sqlite) target.database()).logFile());
    }

    private void adoptRest(Rest rest) {
        KeyCopy copy = isLog ? keys() : KeyCopy.NONE;
        if (!copy.equals(KeyCopy.NONE)) {
            Databases.keys(vertx, target)
                    .compose(keys -> adopt(keys, copy).eventually(keys::close))
                    .await();
        }
        if (isLog) {
            adoptDestinations(destinations(), rest);
            adoptViews(views(), rest);
        }
    }

    private void adoptDestinations(List<DestinationStore.Adopted> found, Rest rest) {
        Databases.destinations(vertx, target)
                .compose(store -> adopt(store, found, rest).eventually(store::close))
                .await();
    }

    private static Future<Void> adopt(DestinationStore store, List<DestinationStore.Adopted> found, Rest rest) {
        return switch (rest) {
            case REPLACE -> store.replaceAll(found);
            case CATCH_UP -> store.adopt(found).compose(done -> advance(store, found));
            case ADD -> store.adopt(held(found));
        };
    }

    /** Positions are the same on both sides, so what either side has delivered is delivered. */
    private static Future<Void> advance(DestinationStore store, List<DestinationStore.Adopted> found) {
        Map<String, Long> reached = found.stream()
                .map(DestinationStore.Adopted::destination)
                .collect(Collectors.toMap(StoredDestination::id, StoredDestination::next));
        return store.all().compose(all -> {
            Future<?> done = Future.succeededFuture();
            for (StoredDestination row : all) {
                long next = reached.getOrDefault(row.id(), 0L);
                if (next > row.next() && row.state() != DestinationState.RESET) {
                    done = done.compose(before -> store.steer(row.id(), row.state(), OptionalLong.of(next)));
                }
            }
            return done.mapEmpty();
        });
    }

    private void adoptViews(List<SavedView> views, Rest rest) {
        Databases.views(vertx, target)
                .compose(store ->
                        (rest == Rest.REPLACE ? store.replaceAll(views) : store.adopt(views)).eventually(store::close))
                .await();
    }

    private KeyCopy keys() {
        if (source.database() instanceof Database.Sqlite file) {
            return KeyCopy.of(file.logFile());
        }
        return Databases.keys(vertx, source)
                .compose(keys -> keys.keys()
                        .compose(all -> keys.uncaptured(Integer.MAX_VALUE)
                                .compose(acts ->
                                        keys.secret().map(secret -> new KeyCopy(all, acts, Optional.of(secret)))))
                        .eventually(keys::close))
                .await();
    }

    private List<SavedView> views() {
        return source.database() instanceof Database.Sqlite file
                ? DestinationCopy.views(file.logFile())
                : Databases.views(vertx, source)
                        .compose(store -> store.all().eventually(store::close))
                        .await();
    }

    private List<DestinationStore.Adopted> destinations() {
        if (source.database() instanceof Database.Sqlite file) {
            return DestinationCopy.of(file.logFile());
        }
        DestinationStore store = Databases.destinations(vertx, source).await();
        try {
            List<DestinationStore.Adopted> found = new ArrayList<>();
            for (StoredDestination destination : store.all().await()) {
                found.add(new DestinationStore.Adopted(
                        destination, store.refused(destination.id()).await()));
            }
            return found;
        } finally {
            store.close().await();
        }
    }

    /** Events that are merged into another log get other positions there, so cursors and refused events name others. */
    private static List<DestinationStore.Adopted> held(List<DestinationStore.Adopted> destinations) {
        return destinations.stream()
                .map(adopted -> new DestinationStore.Adopted(
                        adopted.destination().in(DestinationState.RESET, OTHER_POSITIONS), List.of()))
                .toList();
    }

    @Override
    public void close() {
        // Not awaited: a connection to a database that hangs ends with the process.
        vertx.close();
    }

    private static Future<Void> adopt(KeyStore keys, KeyCopy copy) {
        return keys.adopt(copy.keys(), copy.acts())
                .compose(adopted -> copy.secret().isEmpty()
                        ? Future.succeededFuture()
                        : keys.adoptSecret(copy.secret().orElseThrow()));
    }
}
