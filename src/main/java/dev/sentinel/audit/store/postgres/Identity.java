package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.event.LegacyKey;
import dev.sentinel.audit.store.LogIdentity;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;

/** The log's identity, and the columns for the seals of its events. */
final class Identity {
    /** Nullable, so that no row is written and servers of the version before can go on. */
    private static final List<String> TABLES = List.of(
            EffectiveTimes.WAIT_BRIEFLY,
            "ALTER TABLE audit_events ADD COLUMN resource_seal bytea, ADD COLUMN metadata_seal bytea",
            """
            CREATE TABLE audit_log_identity (
              id smallint PRIMARY KEY CHECK (id = 0), log_id text COLLATE "C" NOT NULL, legacy_key bytea NOT NULL,
              log_number integer NOT NULL)
            """,
            "SET LOCAL lock_timeout = 0");

    private static final String INSERT = "INSERT INTO audit_log_identity VALUES (0, $1, $2, 0)";
    private static final String SELECT = "SELECT log_id, legacy_key, log_number FROM audit_log_identity";
    static final String BEGIN = "UPDATE audit_log_identity SET log_number = greatest(log_number, $1) WHERE id = 0";
    private static final String ADOPT =
            "UPDATE audit_log_identity SET log_id = $1 RETURNING log_id, legacy_key, log_number";

    private Identity() {}

    /** Changes the tables. Within a transaction; fails if other transactions use the table of events for too long. */
    static Future<?> introduce(SqlConnection connection) {
        Future<?> made = Future.succeededFuture();
        for (String ddl : TABLES) {
            made = made.compose(before -> connection.query(ddl).execute());
        }
        return made.compose(done -> connection
                .preparedQuery(INSERT)
                .execute(Tuple.of(
                        UUID.randomUUID().toString(),
                        Buffer.buffer(LegacyKey.random().bytes()))));
    }

    static Future<LogIdentity> read(Sessions sessions) {
        Pool pool = sessions.reading(1, 1);
        return pool.query(SELECT)
                .execute()
                .map(rows -> identity(rows.iterator().next()))
                .onComplete(done -> pool.close());
    }

    /** Gives an empty database the identity of the log that is copied into it. */
    static Future<LogIdentity> adopt(SqlConnection connection, String logId) {
        return connection
                .preparedQuery(ADOPT)
                .execute(Tuple.of(logId))
                .map(rows -> identity(rows.iterator().next()));
    }

    private static LogIdentity identity(Row row) {
        return new LogIdentity(row.getString(0), LegacyKey.of(row.getBuffer(1).getBytes()), row.getInteger(2));
    }
}
