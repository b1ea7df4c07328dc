package dev.sentinel.audit.backend;

import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.store.DestinationStore;
import dev.sentinel.audit.store.EventStore;
import dev.sentinel.audit.store.TreeStore;
import dev.sentinel.audit.store.ViewStore;
import dev.sentinel.audit.store.postgres.PostgresDestinationStore;
import dev.sentinel.audit.store.postgres.PostgresEventStore;
import dev.sentinel.audit.store.postgres.PostgresKeyStore;
import dev.sentinel.audit.store.postgres.PostgresTreeStore;
import dev.sentinel.audit.store.postgres.PostgresViewStore;
import dev.sentinel.audit.store.sqlite.DataDirectory;
import dev.sentinel.audit.store.sqlite.SqliteDestinationStore;
import dev.sentinel.audit.store.sqlite.SqliteEventStore;
import dev.sentinel.audit.store.sqlite.SqliteKeyStore;
import dev.sentinel.audit.store.sqlite.SqliteTreeStore;
import dev.sentinel.audit.store.sqlite.SqliteViewStore;
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

    /**
     * Opens the tree of the signed log, after its {@linkplain #events events}. Fails with
     * {@link dev.sentinel.audit.failure.Unusable} and one line for the operator.
     */
    public static Future<TreeStore> tree(Vertx vertx, StoreConfig config) {
        return config.database() instanceof Database.Postgres postgres
                ? PostgresTreeStore.open(vertx, postgres, config.timeout()).map(store -> store)
                : SqliteTreeStore.open(vertx, ((Database.Sqlite) config.database()).logFile())
                        .map(store -> store);
    }

    /** Opens the keys. Fails with {@link dev.sentinel.audit.failure.Unusable} and one line for the operator. */
    public static Future<KeyStore> keys(Vertx vertx, StoreConfig config) {
        return config.database() instanceof Database.Postgres postgres
                ? PostgresKeyStore.open(vertx, postgres, config.timeout()).map(store -> store)
                : SqliteKeyStore.open(vertx, ((Database.Sqlite) config.database()).logFile())
                        .map(store -> store);
    }

    /** Opens the views of the dashboard. Fails as {@link #keys}. */
    public static Future<ViewStore> views(Vertx vertx, StoreConfig config) {
        return config.database() instanceof Database.Postgres postgres
                ? PostgresViewStore.open(vertx, postgres, config.timeout()).map(store -> store)
                : SqliteViewStore.open(vertx, ((Database.Sqlite) config.database()).logFile())
                        .map(store -> store);
    }

    /** Opens the destinations for a command. Fails as {@link #keys}. */
    public static Future<DestinationStore> destinations(Vertx vertx, StoreConfig config) {
        return config.database() instanceof Database.Postgres postgres
                ? PostgresDestinationStore.open(vertx, postgres, config.timeout())
                        .map(store -> store)
                : SqliteDestinationStore.open(vertx, ((Database.Sqlite) config.database()).logFile())
                        .map(store -> store);
    }

    /**
     * Opens the destinations for a server, which has opened the events before: the file of a log has no other server,
     * so no lease in it is valid. Fails as {@link #keys}.
     */
    public static Future<DestinationStore> destinationsOfServer(Vertx vertx, StoreConfig config) {
        return config.database() instanceof Database.Sqlite sqlite
                ? SqliteDestinationStore.openAlone(vertx, sqlite.logFile()).map(store -> store)
                : destinations(vertx, config);
    }
}
