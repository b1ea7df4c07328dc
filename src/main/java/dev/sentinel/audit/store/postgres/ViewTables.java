package dev.sentinel.audit.store.postgres;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;

/** The table of {@link PostgresViewStore}. No table that servers of the version before use is changed. */
final class ViewTables {
    /** The version of the tables that has this one. */
    static final int VERSION = 9;

    private static final String TABLE = """
            CREATE TABLE audit_saved_views (
              owner text COLLATE "C" NOT NULL,
              id text COLLATE "C" NOT NULL,
              name text COLLATE "C" NOT NULL,
              path text COLLATE "C" NOT NULL,
              created_at timestamptz NOT NULL,
              PRIMARY KEY (owner, name))
            """;

    private ViewTables() {}

    /** Creates the table. Within a transaction. */
    static Future<?> introduce(SqlConnection connection) {
        return connection.query(TABLE).execute();
    }
}
