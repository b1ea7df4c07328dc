package dev.sentinel.audit.backend;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.keys.ApiKey;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.keys.TokenHash;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.store.DestinationStore;
import dev.sentinel.audit.store.Events;
import dev.sentinel.audit.store.ViewStore;
import dev.sentinel.audit.store.migrate.NoProgress;
import dev.sentinel.audit.store.migrate.RowReport;
import dev.sentinel.audit.store.postgres.PostgresServer;
import dev.sentinel.audit.store.postgres.PostgresVertx;
import dev.sentinel.audit.store.sqlite.PythonFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.io.TempDir;

/** A log in a file, a database without tables, and what tests of migrations do with them. */
abstract class MigrationCase {
    static final Instant THEN = Instant.parse("2026-11-02T08:00:00Z");

    @TempDir
    Path directory;

    @TempDir
    Path elsewhere;

    final PostgresServer postgres = PostgresServer.shared();

    final String url = postgres.newSchema();

    final Events events = new Events(5);

    static <T> T views(StoreConfig config, Function<ViewStore, Future<T>> work) {
        Vertx vertx = Vertx.vertx();
        try {
            return Databases.views(vertx, config)
                    .compose(store -> work.apply(store).eventually(store::close))
                    .await();
        } finally {
            PostgresVertx.close(vertx);
        }
    }

    static <T> T destinations(StoreConfig config, Function<DestinationStore, Future<T>> work) {
        Vertx vertx = Vertx.vertx();
        try {
            return Databases.destinations(vertx, config)
                    .compose(store -> work.apply(store).eventually(store::close))
                    .await();
        } finally {
            PostgresVertx.close(vertx);
        }
    }

    Database postgres() {
        return target().database();
    }

    static Migrations.Result run(Database from, StoreConfig to) {
        try (Migrations migrations = to(from, to)) {
            return migrations.run(Migrations.KeyCheck.NONE);
        }
    }

    static Migrations to(Database from, StoreConfig to) {
        Migrations.Rows rows = new Migrations.Rows(false, false, RowReport.NONE);
        return new Migrations(from, to, RedactionRules.full(), false, rows, new NoProgress());
    }

    Path log() {
        return directory.resolve("sentinel_audit.db");
    }

    StoreConfig source() {
        return SourceLog.config(directory, "sqlite:sentinel_audit.db");
    }

    StoreConfig target() {
        return SourceLog.config(directory, url);
    }

    StoreConfig file() {
        return SourceLog.config(elsewhere, "sqlite:sentinel_audit.db");
    }

    void append(int count) {
        SourceLog.append(source(), events.next(count), 1_000);
    }

    PythonFile python(int rows) throws SQLException {
        PythonFile python = new PythonFile(directory.resolve("python.db"), "metadata");
        for (int i = 0; i < rows; i++) {
            python.add("agent-" + i, "{\"n\":" + i + "}");
        }
        return python;
    }

    Migrations.Result copy() {
        return run(log(), target(), false);
    }

    static Migrations.Result run(Path from, StoreConfig to, boolean merge) {
        try (Migrations migrations = migrations(from, to, merge)) {
            return migrations.run(Migrations.KeyCheck.NONE);
        }
    }

    static Migrations.Result run(Path from, StoreConfig to, Migrations.Rows rows) {
        try (Migrations migrations =
                new Migrations(new Database.Sqlite(from), to, RedactionRules.full(), false, rows, new NoProgress())) {
            return migrations.run(Migrations.KeyCheck.NONE);
        }
    }

    static Migrations migrations(Path from, StoreConfig to, boolean merge) {
        return new Migrations(from, to, RedactionRules.full(), merge, new NoProgress());
    }

    static List<StoredEvent> read(StoreConfig config) {
        return SourceLog.with(config, SourceLog::whole);
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = postgres.connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static ApiKey key(String id) {
        return new ApiKey(
                id, "name of " + id, TokenHash.of(id), Set.of(Scope.INGEST), "", null, THEN, null, null, null);
    }
}
