package dev.sentinel.audit.backend;

import dev.sentinel.audit.bus.LocalCodec;
import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.store.EventStore;
import dev.sentinel.audit.store.migrate.EventImport;
import dev.sentinel.audit.store.migrate.EventSource;
import dev.sentinel.audit.store.migrate.ImportProgress;
import dev.sentinel.audit.store.migrate.LogCopy;
import dev.sentinel.audit.store.migrate.LogEvents;
import dev.sentinel.audit.store.migrate.LogSource;
import dev.sentinel.audit.store.migrate.LogTarget;
import dev.sentinel.audit.store.migrate.MigrationProgress;
import dev.sentinel.audit.store.migrate.Refusals;
import dev.sentinel.audit.store.migrate.Verdict;
import dev.sentinel.audit.store.postgres.PostgresImportProgress;
import dev.sentinel.audit.store.postgres.PostgresLogTarget;
import dev.sentinel.audit.store.sqlite.KeyCopy;
import dev.sentinel.audit.store.sqlite.PythonSource;
import dev.sentinel.audit.store.sqlite.SqliteImportProgress;
import dev.sentinel.audit.store.sqlite.SqliteLogSource;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.time.Clock;

/**
 * Moves what a file holds into another database, in the way that fits both. Blocking, for a plain thread; failures are
 * {@link Failure}s and one line for the operator. Close it afterwards.
 */
public final class Migrations implements AutoCloseable {
    /**
     * What would be done.
     *
     * @param from the position in the source where it would begin
     * @param events or rows that would be moved
     * @param agents in all of the source
     * @param keepsPositions whether events would have the same {@code seq} and {@code received_at}
     */
    public record Rehearsal(long from, long events, long agents, boolean keepsPositions, Refusals refused) {}

    /**
     * What was done.
     *
     * @param behind how many events or rows have come to the source meanwhile
     */
    public record Result(Verdict verdict, Refusals refused, long behind) {}

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    private final Path source;
    private final StoreConfig target;
    private final RedactionRules rules;
    private final boolean merge;
    private final boolean isLog;
    private final MigrationProgress progress;

    /**
     * Looks at what the source is, and at nothing else.
     *
     * @param source a log of ours, or a database of the Python server; its server may be running
     * @param rules of redaction, for what was not redacted before
     * @param merge whether the target may hold other events
     */
    public Migrations(
            Path source, StoreConfig target, RedactionRules rules, boolean merge, MigrationProgress progress) {
        LocalCodec.register(vertx);
        this.source = source;
        this.target = target;
        this.rules = rules;
        this.merge = merge;
        this.progress = progress;
        try {
            this.isLog = SqliteLogSource.isLog(source);
            if (isLog && !merge && target.database() instanceof Database.Sqlite) {
                throw new Unusable(
                        "a log goes to another file with bin/sentinel backup and restore; its events go into another log with"
                                + " --merge");
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private boolean copies() {
        return isLog && !merge;
    }

    /** Checks everything and writes nothing. */
    public Rehearsal rehearse() {
        if (copies()) {
            try (LogSource log = SqliteLogSource.open(source);
                    LogTarget copy = openTarget()) {
                LogCopy.Plan plan = new LogCopy(log, copy, () -> {}, progress).plan();
                return new Rehearsal(plan.from(), plan.end() - plan.from(), log.agents(), true, new Refusals());
            }
        }
        try (EventSource events = openEvents();
                ImportProgress importProgress = openImportProgress()) {
            EventImport rehearsed = new EventImport(events, importProgress, progress);
            EventImport.Plan plan = rehearsed.plan(merge);
            return new Rehearsal(plan.from(), plan.rows(), events.agents(), false, rehearsed.rehearse(plan));
        }
    }

    /** Moves what is not there yet, and verifies all. May be called again after any failure. */
    public Result run() {
        if (copies()) {
            try (LogSource log = SqliteLogSource.open(source);
                    LogTarget copy = openTarget()) {
                LogCopy copying = new LogCopy(log, copy, this::adoptKeys, progress);
                LogCopy.Plan plan = copying.plan();
                return new Result(copying.run(plan), new Refusals(), log.end() - plan.end());
            }
        }
        try (EventSource events = openEvents();
                ImportProgress importProgress = openImportProgress()) {
            EventImport importing = new EventImport(events, importProgress, progress);
            EventImport.Plan plan = importing.plan(merge);
            EventStore store =
                    Databases.events(vertx, target, Clock.systemUTC()).await();
            try {
                EventImport.Result result = importing.run(plan, store, this::adoptKeys);
                return new Result(result.verdict(), result.refused(), events.count(plan.end(), events.end()));
            } finally {
                store.close().await();
            }
        }
    }

    private LogTarget openTarget() {
        return PostgresLogTarget.open(vertx, (Database.Postgres) target.database(), target.timeout());
    }

    private EventSource openEvents() {
        return isLog ? new LogEvents(SqliteLogSource.open(source)) : PythonSource.open(source, rules);
    }

    private ImportProgress openImportProgress() {
        return target.database() instanceof Database.Postgres postgres
                ? PostgresImportProgress.open(vertx, postgres, target.timeout())
                : new SqliteImportProgress(((Database.Sqlite) target.database()).logFile());
    }

    private void adoptKeys() {
        KeyCopy copy = isLog ? KeyCopy.of(source) : KeyCopy.NONE;
        if (!copy.equals(KeyCopy.NONE)) {
            try (KeyStore keys = Databases.keys(target)) {
                keys.adopt(copy.keys(), copy.acts());
            }
        }
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
