package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.store.migrate.ImportProgress.Checkpoint;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;

/**
 * The table {@code audit_migrations}: one row per source of a migration into this database. A row that
 * {@code keeps_positions} belongs to a log that is being copied. While it has no {@code finished_at}, no server may
 * start to use the database: its events would take positions between those that are still to be copied.
 */
final class MigrationTable {
    private static final String UNFINISHED = "SELECT source, started_at::text FROM audit_migrations"
            + " WHERE keeps_positions AND finished_at IS NULL LIMIT 1";

    private static final String STATE =
            "SELECT finished_at IS NOT NULL FROM audit_migrations WHERE source = $1 AND keeps_positions";

    /** A copy that was begun but has copied no event leaves nothing behind. */
    private static final String FORGET_EMPTY = "DELETE FROM audit_migrations WHERE keeps_positions AND source <> $1"
            + " AND NOT EXISTS (SELECT 1 FROM audit_events)";

    private static final String BEGIN = "INSERT INTO audit_migrations (source, keeps_positions, started_at, position,"
            + " conflicts) VALUES ($1, true, now(), 0, 0) ON CONFLICT (source) DO UPDATE SET keeps_positions = true,"
            + " finished_at = NULL";

    private static final String FINISH =
            "UPDATE audit_migrations SET finished_at = now(), position = $2, digest = $3 WHERE source = $1";

    private static final String READ = "SELECT position, last_event_id, conflicts, digest FROM audit_migrations"
            + " WHERE source = $1 AND NOT keeps_positions";

    private static final String WRITE = "INSERT INTO audit_migrations (source, keeps_positions, started_at, position,"
            + " last_event_id, conflicts, digest, finished_at) VALUES ($1, false, now(), $2, $3, $4, $5,"
            + " CASE WHEN $5::text IS NOT NULL THEN now() END) ON CONFLICT (source) DO UPDATE SET"
            + " keeps_positions = false, position = excluded.position, last_event_id = excluded.last_event_id,"
            + " conflicts = excluded.conflicts, digest = excluded.digest, finished_at = excluded.finished_at";

    private MigrationTable() {}

    /** Fails with {@link dev.sentinel.audit.failure.Unusable} while the copy of a log is unfinished. */
    static Future<Void> refuseUnfinished(Sessions sessions) {
        Pool pool = sessions.reading(1, 1);
        return refuseUnfinished(pool).onComplete(done -> pool.close());
    }

    /** As the other method. */
    static Future<Void> refuseUnfinished(SqlClient client) {
        return client.preparedQuery(UNFINISHED).execute().compose(rows -> {
            if (rows.size() == 0) {
                return Future.succeededFuture();
            }
            Row row = rows.iterator().next();
            return Future.failedFuture(Failures.unusable(
                    "the migration of the log " + row.getString(0) + ", started " + row.getString(1)
                            + ", is unfinished; run bin/sentinel migrate again, or use an empty database",
                    null));
        });
    }

    /** What there is of a copy of a log. */
    enum State {
        NONE,
        BEGUN,
        COMPLETE
    }

    /** What there is of a copy of the log. */
    static Future<State> state(SqlConnection connection, String logId) {
        return connection.preparedQuery(STATE).execute(Tuple.of(logId)).map(rows -> {
            if (rows.size() == 0) {
                return State.NONE;
            }
            return rows.iterator().next().getBoolean(0) ? State.COMPLETE : State.BEGUN;
        });
    }

    static Future<Void> begin(SqlConnection connection, String logId) {
        return connection
                .preparedQuery(BEGIN)
                .execute(Tuple.of(logId))
                .compose(begun -> connection.preparedQuery(FORGET_EMPTY).execute(Tuple.of(logId)))
                .mapEmpty();
    }

    static Future<Void> finish(SqlConnection connection, String logId, long events, String digest) {
        return connection
                .preparedQuery(FINISH)
                .execute(Tuple.of(logId, events, digest))
                .mapEmpty();
    }

    static Future<Optional<Checkpoint>> read(SqlConnection connection, String source) {
        return connection.preparedQuery(READ).execute(Tuple.of(source)).map(rows -> {
            if (rows.size() == 0) {
                return Optional.empty();
            }
            Row row = rows.iterator().next();
            return Optional.of(
                    new Checkpoint(source, row.getLong(0), row.getString(1), row.getLong(2), row.getString(3)));
        });
    }

    static Future<Void> write(SqlConnection connection, Checkpoint checkpoint) {
        return connection
                .preparedQuery(WRITE)
                .execute(Tuple.of(
                        checkpoint.source(),
                        checkpoint.position(),
                        checkpoint.lastEventId(),
                        checkpoint.conflicts(),
                        checkpoint.digest()))
                .mapEmpty();
    }
}
