package dev.sentinel.audit.store.postgres;

import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the column {@code timestamp} the effective time of an event
 * ({@link dev.sentinel.audit.event.StoredEvent#effectiveTime}), so that all indexes are ordered by it. Where that is
 * not the time that the client sent, {@code sent_timestamp} has the latter; it is null for nearly every event.
 *
 * <p>A trigger ensures it, whatever writes a row: a server of an earlier version that shares the database, or a copy of
 * a log. Its condition is part of the table, so that for other rows no function is called. An expression instead of a
 * second column would need every index again.
 */
final class EffectiveTimes {
    private static final Logger LOG = LoggerFactory.getLogger(EffectiveTimes.class);

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    /** Hours, not a day, which would have another length where clocks change. */
    private static final String LATEST = "received_at + interval '24 hours'";

    /**
     * Adding a column takes a lock that waits for every transaction that has read the table, such as a pg_dump, and
     * behind which all appends wait. So it waits only briefly, and then lets them pass before the next attempt.
     */
    static final String WAIT_BRIEFLY = "SET LOCAL lock_timeout = '1s'";

    private static final String PAUSE = "SELECT pg_sleep(5)";

    private static final List<String> TABLES = List.of(
            WAIT_BRIEFLY,
            "ALTER TABLE audit_events ADD COLUMN sent_timestamp timestamptz",
            """
            CREATE OR REPLACE FUNCTION audit_effective_time() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              NEW.sent_timestamp := NEW.timestamp;
              NEW.timestamp := NEW.%s;
              RETURN NEW;
            END $$""".formatted(LATEST),
            "CREATE TRIGGER audit_effective_time BEFORE INSERT ON audit_events FOR EACH ROW WHEN (NEW.timestamp > NEW."
                    + LATEST + ") EXECUTE FUNCTION audit_effective_time()",
            // For operators with psql; the server computes the same.
            """
            CREATE OR REPLACE VIEW audit_log AS
              SELECT run.first_seq + e.arrival - run.first_arrival AS seq, e.arrival, e.event_id,
                coalesce(e.sent_timestamp, e.timestamp) AS timestamp, e.agent_instance_id, e.trace_id, e.actor,
                e.action_type, e.resource, e.status, e.latency_ms, e.metadata::json AS metadata, e.received_at,
                e.submitted_by, e.redacted, e.timestamp AS effective_time
              FROM audit_events e
              CROSS JOIN audit_progress p
              LEFT JOIN LATERAL (
                SELECT r.first_seq, r.first_arrival FROM audit_sequence_runs r
                WHERE r.first_arrival <= e.arrival AND e.arrival < p.next_arrival
                ORDER BY r.first_arrival DESC LIMIT 1) run ON true
            """,
            "SET LOCAL lock_timeout = 0");

    /** The index by time finds the few events; the planner does not know how few. */
    private static final String BY_INDEX = "SET LOCAL enable_seqscan = off";

    /**
     * Only events after this time are corrected: they are the ones that are first in lists, and the index by time finds
     * them. It is a whole minute after everything that is summed up, so that they are counted by the minute only. The
     * row stays locked, so that nothing is summed up meanwhile.
     */
    private static final String BOUND = """
            SELECT greatest(date_trunc('minute', now()) + interval '1 minute', to_timestamp(60.0 * greatest(%s)))
            FROM audit_progress FOR UPDATE""".formatted(Rollups.levelColumns());

    private static final String WRONG = "timestamp >= $1 AND timestamp > " + LATEST;

    private static final String FOLDED = "arrival < (SELECT next_arrival FROM audit_progress)";

    private static final String MINUTES =
            "(SELECT " + Rollups.MINUTE + " FROM audit_events WHERE " + WRONG + " AND " + FOLDED + ")";

    /** The sums of the minutes that have such events, which are then counted again. */
    private static final List<String> FORGET = Stream.of(
                    "audit_time_rollups", "audit_agent_rollups", "audit_latency_rollups", "audit_resource_rollups")
            .map(table -> "DELETE FROM " + table + " WHERE level = 0 AND minute IN " + MINUTES)
            .toList();

    /** Counts all events of these minutes by their effective times. The second parameter is the array of bins. */
    private static final String COUNT = """
            WITH moved AS (SELECT %s FROM audit_progress),
            added AS MATERIALIZED (
              SELECT *, %s AS minute FROM (
                SELECT agent_instance_id, actor, action_type, status, resource, latency_ms,
                  least(timestamp, %s) AS timestamp
                FROM audit_events WHERE timestamp >= $1 AND %s AND %s IN %s) counted),
            %s SELECT 1""".formatted(
            Rollups.levelColumns(), Rollups.MINUTE, LATEST, FOLDED, Rollups.MINUTE, MINUTES, Rollups.parts("$2"));

    private static final String CORRECT =
            "UPDATE audit_events SET sent_timestamp = timestamp, timestamp = " + LATEST + " WHERE " + WRONG;

    /** Keeps what earlier events have left, which may be in partitions that were dropped. */
    private static final String CORRECT_AGENTS = """
            UPDATE audit_agents a SET
              first_seen = coalesce(least(CASE WHEN first_seen < $1 THEN first_seen END,
                (SELECT min(e.timestamp) FROM audit_events e WHERE e.agent_instance_id = a.agent_instance_id)),
                first_seen),
              last_seen = coalesce(
                (SELECT max(e.timestamp) FROM audit_events e WHERE e.agent_instance_id = a.agent_instance_id),
                last_seen)
            WHERE last_seen >= $1""";

    private EffectiveTimes() {}

    /**
     * Changes the tables, and corrects the events of which the time is still to come, with their sums. Earlier ones
     * keep their place: to find them would take reading all events. Within a transaction; fails with {@link #isLocked}
     * if other transactions use the table for too long.
     */
    static Future<?> introduce(SqlConnection connection) {
        Future<?> made = Future.succeededFuture();
        for (String ddl : TABLES) {
            made = made.compose(before -> connection.query(ddl).execute());
        }
        return made.compose(done -> connection.query(BY_INDEX).execute())
                .compose(set -> connection.query(BOUND).execute())
                .map(rows -> rows.iterator().next().getOffsetDateTime(0))
                .compose(bound -> correct(connection, bound));
    }

    private static Future<?> correct(SqlConnection connection, OffsetDateTime bound) {
        return connection
                .preparedQuery("SELECT count(*) FROM audit_events WHERE " + WRONG)
                .execute(Tuple.of(bound))
                .compose(rows -> {
                    Row row = rows.iterator().next();
                    if (row.getLong(0) == 0) {
                        return Future.succeededFuture();
                    }
                    LOG.info(
                            "events from the future events={} effect=\"giving them their effective time\"",
                            row.getLong(0));
                    return moveAndRecount(connection, bound);
                });
    }

    private static Future<?> moveAndRecount(SqlConnection connection, OffsetDateTime bound) {
        Future<?> done = Future.succeededFuture();
        for (String sql : FORGET) {
            done = done.compose(before -> connection.preparedQuery(sql).execute(Tuple.of(bound)));
        }
        return done.compose(before ->
                        connection.preparedQuery(COUNT).execute(Tuple.of(bound).addValue(Rollups.bins())))
                .compose(counted -> connection.preparedQuery(CORRECT).execute(Tuple.of(bound)))
                .compose(corrected -> connection.preparedQuery(CORRECT_AGENTS).execute(Tuple.of(bound)));
    }

    /** Whether other transactions use the table, so that a later attempt may succeed. */
    static boolean isLocked(Throwable cause) {
        return cause instanceof PgException pg && LOCK_NOT_AVAILABLE.equals(pg.getSqlState());
    }

    /** Lets others use the table before the next attempt. */
    static Future<?> pause(SqlConnection connection) {
        LOG.warn("schema migration waits for other transactions effect=\"the server starts when they have ended\"");
        return connection.query(PAUSE).execute();
    }
}
