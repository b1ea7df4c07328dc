package dev.sentinel.audit.store.postgres;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;

/** The tables of {@link PostgresDestinationStore}. */
final class DestinationTables {
    private static final List<String> TABLES = List.of(
            // Cursors are saved all the time: the free space lets PostgreSQL do it without touching the index.
            """
            CREATE TABLE audit_destinations (
              id text COLLATE "C" PRIMARY KEY,
              definition text NOT NULL,
              revision bigint NOT NULL,
              next_seq bigint NOT NULL,
              replay_of text COLLATE "C",
              until_seq bigint,
              state text NOT NULL,
              error text,
              refused bigint NOT NULL,
              owner text,
              lease_until timestamptz NOT NULL DEFAULT '-infinity',
              fence bigint NOT NULL DEFAULT 0,
              advanced_at timestamptz) WITH (fillfactor = 50)
            """,
            """
            CREATE TABLE audit_refused_events (
              destination text COLLATE "C" NOT NULL,
              seq bigint NOT NULL,
              reason text NOT NULL,
              refused_at timestamptz NOT NULL,
              PRIMARY KEY (destination, seq))
            """,
            // A destination that is removed and made again must not get a fence that it had before.
            "CREATE SEQUENCE audit_destination_fences");

    private DestinationTables() {}

    /** Creates the tables. Within a transaction. */
    static Future<?> introduce(SqlConnection connection) {
        Future<?> made = Future.succeededFuture();
        for (String ddl : TABLES) {
            made = made.compose(before -> connection.query(ddl).execute());
        }
        return made;
    }
}
