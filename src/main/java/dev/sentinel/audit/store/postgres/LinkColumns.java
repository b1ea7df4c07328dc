package dev.sentinel.audit.store.postgres;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;

/** The columns and indexes for the links between events ({@link dev.sentinel.audit.event.Links}). */
final class LinkColumns {
    static final int VERSION = 6;

    /**
     * Nullable, so that no row is written and servers of the version before can go on. Events without links are not in
     * the indexes, which are therefore empty when they are made.
     */
    private static final List<String> TABLES = List.of(
            EffectiveTimes.WAIT_BRIEFLY,
            """
            ALTER TABLE audit_events ADD COLUMN span_id text COLLATE "C", ADD COLUMN parent_span_id text COLLATE "C",
              ADD COLUMN session_id text COLLATE "C", ADD COLUMN on_behalf_of text COLLATE "C",
              ADD COLUMN links_seal bytea
            """,
            "CREATE INDEX audit_events_by_session ON audit_events (session_id, timestamp, arrival)"
                    + " WHERE session_id IS NOT NULL",
            "CREATE INDEX audit_events_by_principal ON audit_events (on_behalf_of, timestamp, arrival)"
                    + " WHERE on_behalf_of IS NOT NULL",
            // For operators with psql; the server computes the same.
            """
            CREATE OR REPLACE VIEW audit_log AS
              SELECT run.first_seq + e.arrival - run.first_arrival AS seq, e.arrival, e.event_id,
                coalesce(e.sent_timestamp, e.timestamp) AS timestamp, e.agent_instance_id, e.trace_id, e.actor,
                e.action_type, e.resource, e.status, e.latency_ms, e.metadata::json AS metadata, e.received_at,
                e.submitted_by, e.redacted, e.timestamp AS effective_time, e.span_id, e.parent_span_id, e.session_id,
                e.on_behalf_of
              FROM audit_events e
              CROSS JOIN audit_progress p
              LEFT JOIN LATERAL (
                SELECT r.first_seq, r.first_arrival FROM audit_sequence_runs r
                WHERE r.first_arrival <= e.arrival AND e.arrival < p.next_arrival
                ORDER BY r.first_arrival DESC LIMIT 1) run ON true
            """,
            "SET LOCAL lock_timeout = 0");

    private LinkColumns() {}

    /** Changes the tables. Within a transaction; fails if other transactions use the table of events for too long. */
    static Future<?> introduce(SqlConnection connection) {
        Future<?> made = Future.succeededFuture();
        for (String ddl : TABLES) {
            made = made.compose(before -> connection.query(ddl).execute());
        }
        return made;
    }
}
