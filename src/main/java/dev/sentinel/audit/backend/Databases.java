package dev.sentinel.audit.backend;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.store.EventStore;
import dev.sentinel.audit.store.postgres.PostgresEventStore;
import dev.sentinel.audit.store.postgres.PostgresKeyStore;
import dev.sentinel.audit.store.sqlite.DataDirectory;
import dev.sentinel.audit.store.sqlite.SqliteEventStore;
import dev.sentinel.audit.store.sqlite.SqliteKeyStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;

/** Opens the stores that a configuration names. */
public final class Databases {
    private Databases() {}

    /**
     * Restricts existing files and directories to their owner; see {@link DataDirectory}. Must be called before
     * anything is opened. Blocking.
     */
    public static void restrictAccess(Path dataDirectory, Database database) {
        if (database instanceof Database.Sqlite sqlite) {
            new DataDirectory(dataDirectory).restrict(sqlite.logFile());
        }
    }

    /**
     * Opens the event store; creates or migrates its tables. Fails with {@link dev.sentinel.audit.failure.Unusable} and
     * one line for the operator.
     */
    public static Future<EventStore> events(Vertx vertx, StoreConfig config, Clock clock) {
        return config.database() instanceof Database.Postgres postgres
                ? PostgresEventStore.open(vertx, postgres, config, clock).map(store -> store)
                : SqliteEventStore.open(vertx, ((Database.Sqlite) config.database()).logFile(), config, clock)
                        .map(store -> store);
    }

    /** Opens the keys. Fails with {@link dev.sentinel.audit.failure.Unusable} and one line for the operator. */
    public static Future<KeyStore> keys(Vertx vertx, StoreConfig config) {
        return config.database() instanceof Database.Postgres postgres
                ? PostgresKeyStore.open(vertx, postgres, config.timeout()).map(store -> store)
                : SqliteKeyStore.open(vertx, ((Database.Sqlite) config.database()).logFile())
                        .map(store -> store);
    }
}
