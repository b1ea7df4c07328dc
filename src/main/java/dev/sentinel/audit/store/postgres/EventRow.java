package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.LegacyKey;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.Position;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Maps the rows of a query to events. */
final class EventRow {
    /**
     * The columns of an event {@code e}. The position is computed, not stored, and {@code timestamp} is the effective
     * time: see the package description.
     */
    static final String COLUMNS = "e.arrival, e.event_id, e.timestamp, e.agent_instance_id, e.trace_id, e.actor,"
            + " e.action_type, e.resource, e.status, e.latency_ms, e.metadata, e.received_at,"
            + " e.submitted_by, e.redacted::text AS redacted,"
            + " CASE WHEN e.arrival < (SELECT next_arrival FROM audit_progress WHERE id = 0)"
            + " THEN (SELECT r.first_seq + e.arrival - r.first_arrival"
            + " FROM audit_sequence_runs r WHERE r.first_arrival <= e.arrival ORDER BY r.first_arrival DESC LIMIT 1)"
            + " END AS seq, e.sent_timestamp, e.resource_seal, e.metadata_seal, e.span_id, e.parent_span_id,"
            + " e.session_id, e.on_behalf_of, e.links_seal";

    /** The same columns for a position {@code e}, with nulls for the rest of the event. */
    static final String ONLY_POSITION =
            "e.arrival, NULL::uuid, e.timestamp, NULL::text, NULL::text, NULL::text, NULL::text,"
                    + " NULL::text, NULL::text, NULL::integer, NULL::text, NULL::timestamptz, NULL::text, NULL::text,"
                    + " NULL::bigint, NULL::timestamptz, NULL::bytea, NULL::bytea, NULL::text, NULL::text,"
                    + " NULL::text, NULL::text, NULL::bytea";

    /**
     * Bytes of the texts of an event {@code w}: its JSON is not shorter. PostgreSQL knows the lengths of large texts
     * without reading them.
     */
    private static final String BYTES = "octet_length(w.metadata) + octet_length(w.resource)"
            + " + octet_length(w.agent_instance_id) + octet_length(w.trace_id)";

    /** The index of the position: the number of columns before it. */
    private static final int SEQ = 14;

    private static final int SENT_TIMESTAMP = 15;
    private static final int RESOURCE_SEAL = 16;
    private static final int METADATA_SEAL = 17;

    /** The first of the columns of {@link dev.sentinel.audit.event.Links}, in their order. */
    private static final int LINKS = 18;

    private static final int LINKS_SEAL = 22;

    private EventRow() {}

    /** Bytes of the events before an event {@code w} in this order, so that the database can stop sending in time. */
    static String bytesBefore(String order) {
        return "coalesce(sum(" + BYTES + ") OVER (" + order
                + " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS bytes_before";
    }

    /** @param legacy the key of the log, for events without a seal */
    static StoredEvent read(Row row, LegacyKey legacy) {
        Long seq = row.getLong(SEQ);
        return new StoredEvent(
                seq == null ? StoredEvent.UNSEQUENCED : seq,
                time(row, 11),
                AuditEvent.builder()
                        .eventId(row.getUUID(1))
                        .timestamp(time(row, row.getValue(SENT_TIMESTAMP) == null ? 2 : SENT_TIMESTAMP))
                        .agentInstanceId(row.getString(3))
                        .traceId(row.getString(4))
                        .actor(ActorType.ofWireName(row.getString(5)))
                        .actionType(ActionType.ofWireName(row.getString(6)))
                        .resource(row.getString(7))
                        .status(EventStatus.ofWireName(row.getString(8)))
                        .latencyMs(row.getInteger(9))
                        .metadata(row.getString(10))
                        .spanId(row.getString(LINKS))
                        .parentSpanId(row.getString(LINKS + 1))
                        .sessionId(row.getString(LINKS + 2))
                        .onBehalfOf(row.getString(LINKS + 3))
                        .submittedBy(row.getString(12))
                        .redacted(row.getString(13))
                        .build(),
                legacy.complete(
                        row.getUUID(1), bytes(row, RESOURCE_SEAL), bytes(row, METADATA_SEAL), bytes(row, LINKS_SEAL)));
    }

    private static byte @Nullable [] bytes(Row row, int column) {
        Buffer value = row.getBuffer(column);
        return value == null ? null : value.getBytes();
    }

    /** False for a row that is only a position. */
    static boolean isEvent(Row row) {
        return row.getValue(1) != null;
    }

    static Position position(Row row) {
        return new Position(time(row, 2), row.getLong(0));
    }

    static Instant time(Row row, int column) {
        OffsetDateTime time = row.getOffsetDateTime(column);
        return Objects.requireNonNull(time).toInstant();
    }
}
