package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.store.migrate.ImportProgress.Checkpoint;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;

/**
 * What the database knows of migrations into it, in {@code audit_migrations}: one row for each source. A row that
 * {@code keeps_positions} is of a log that is being taken over, and while it has no {@code finished_at}, no server may
 * begin to use the database: its events would come to stand between those that are still to come.
 */
final class MigrationMarks {
    private static final String UNFINISHED = "SELECT source, started_at::text FROM audit_migrations"
            + " WHERE keeps_positions AND finished_at IS NULL LIMIT 1";

    private static final String BEGUN = "SELECT 1 FROM audit_migrations WHERE source = $1 AND keeps_positions";

    /** What was begun before the first event of it came has left nothing. */
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
            + " CASE WHEN $5::text IS NOT NULL THEN now() END) ON CONFLICT (source) DO UPDATE SET keeps_positions = false,"
            + " position = excluded.position, last_event_id = excluded.last_event_id, conflicts = excluded.conflicts,"
            + " digest = excluded.digest, finished_at = excluded.finished_at";

    private MigrationMarks() {}

    /** Fails with UNUSABLE while a log is being moved here. */
    static Future<Void> refuseUnfinished(Sessions sessions) {
        Pool pool = sessions.reading(1, 1);
        return pool.preparedQuery(UNFINISHED)
                .execute()
                .<Void>compose(rows -> {
                    if (rows.size() == 0) {
                        return Future.succeededFuture();
                    }
                    Row row = rows.iterator().next();
                    return Future.failedFuture(Failures.unusable(
                            "a migration of the log " + row.getString(0) + ", begun " + row.getString(1)
                                    + ", is unfinished here; run bin/sentinel migrate again, or take an empty database",
                            null));
                })
                .onComplete(done -> pool.close());
    }

    /** Whether the log was begun to be copied here. */
    static Future<Boolean> begun(SqlConnection connection, String logId) {
        return connection.preparedQuery(BEGUN).execute(Tuple.of(logId)).map(rows -> rows.size() == 1);
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

    static Future<Void> write(SqlConnection connection, Checkpoint mark) {
        return connection
                .preparedQuery(WRITE)
                .execute(Tuple.of(mark.source(), mark.position(), mark.lastEventId(), mark.conflicts(), mark.digest()))
                .mapEmpty();
    }
}
