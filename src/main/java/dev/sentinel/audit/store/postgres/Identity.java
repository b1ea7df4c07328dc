package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.event.LegacyKey;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.store.LogIdentity;
import dev.sentinel.audit.store.SignedLog;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The log's identity, and the columns for the seals of its events. */
final class Identity {
    static final int VERSION = 5;

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
    private static final String BEGIN =
            "UPDATE audit_log_identity SET log_number = $1 WHERE log_number < $1 RETURNING true";
    /**
     * Keys are only ever added before those that are known, so that no server takes back what another has announced.
     */
    private static final String ANNOUNCE =
            "INSERT INTO audit_verifier_keys AS known VALUES ($1, $2) ON CONFLICT (number) DO UPDATE"
                    + " SET vkey = excluded.vkey WHERE known.vkey = excluded.vkey"
                    + " OR right(excluded.vkey, length(known.vkey) + 1) = E'\\n' || known.vkey RETURNING true";

    /** In one snapshot: whoever reads a watermark below what is signed must see the events that will move it. */
    private static final String STANDING = """
            SELECT i.log_number, p.next_seq, NOT EXISTS (SELECT 1 FROM audit_events WHERE arrival >= p.next_arrival),
              (SELECT array_agg(number ORDER BY number) FROM audit_verifier_keys),
              (SELECT array_agg(vkey ORDER BY number) FROM audit_verifier_keys),
              (SELECT coalesce(leads_until = 'infinity', false) FROM audit_tree)
            FROM audit_log_identity i CROSS JOIN audit_progress p""";

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
        return read(pool).onComplete(done -> pool.close());
    }

    static Future<LogIdentity> read(SqlClient client) {
        return client.query(SELECT)
                .execute()
                .map(rows -> identity(rows.iterator().next()));
    }

    /** Gives an empty database the identity of the log that is copied into it. */
    static Future<LogIdentity> adopt(SqlConnection connection, String logId) {
        return connection
                .preparedQuery(ADOPT)
                .execute(Tuple.of(logId))
                .map(rows -> identity(rows.iterator().next()));
    }

    /** Fails with {@link Unavailable} if the number, or a higher one, was begun before. */
    static Future<Void> begin(SqlClient client, int number) {
        return client.preparedQuery(BEGIN)
                .execute(Tuple.of(number))
                .compose(rows -> rows.size() == 1
                        ? Future.succeededFuture()
                        : Future.failedFuture(
                                new Unavailable("log number " + number + " was begun by another server")));
    }

    /** Goes on with the number of the log that was copied here. */
    static Future<Void> adoptNumber(SqlClient client, int number) {
        return client.preparedQuery(BEGIN).execute(Tuple.of(number)).mapEmpty();
    }

    static Future<Void> announce(SqlClient client, int number, List<String> verifierKeys) {
        return client.preparedQuery(ANNOUNCE)
                .execute(Tuple.of(number, String.join("\n", verifierKeys)))
                .compose(rows -> rows.size() == 1
                        ? Future.succeededFuture()
                        : Future.failedFuture(new Unavailable("log number " + number + " has another key")));
    }

    static Future<SignedLog.Standing> standing(SqlClient client) {
        return client.preparedQuery(STANDING).execute().map(rows -> {
            Row row = rows.iterator().next();
            Map<Integer, List<String>> keys = new HashMap<>();
            Integer[] numbers = row.getArrayOfIntegers(3);
            String[] vkeys = row.getArrayOfStrings(4);
            for (int i = 0; numbers != null && vkeys != null && i < numbers.length; i++) {
                keys.put(numbers[i], vkeys[i].lines().toList());
            }
            return new SignedLog.Standing(
                    row.getInteger(0), row.getLong(1), row.getBoolean(2), keys, row.getBoolean(5));
        });
    }

    private static LogIdentity identity(Row row) {
        return new LogIdentity(row.getString(0), LegacyKey.of(row.getBuffer(1).getBytes()), row.getInteger(2));
    }
}
