package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.model.Timestamps;
import io.vertx.sqlclient.Row;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An event as a row of the log. */
final class EventRow {
    static final String COLUMNS = "seq, event_id, timestamp, agent_instance_id, trace_id, actor, action_type, resource,"
            + " status, latency_ms, metadata, received_at, submitted_by, redacted";

    private EventRow() {}

    static void bind(PreparedStatement insert, StoredEvent stored) throws SQLException {
        AuditEvent event = stored.event();
        String receivedAt = Timestamps.format(stored.receivedAt());
        insert.setLong(1, stored.seq());
        insert.setString(2, event.eventId().toString());
        insert.setString(3, event.timestamp() == null ? receivedAt : Timestamps.format(event.timestamp()));
        insert.setString(4, event.agentInstanceId());
        insert.setString(5, event.traceId());
        insert.setString(6, event.actor().wireName());
        insert.setString(7, event.actionType().wireName());
        insert.setString(8, event.resource());
        insert.setString(9, event.status().wireName());
        if (event.latencyMs() == null) {
            insert.setNull(10, Types.INTEGER);
        } else {
            insert.setInt(10, event.latencyMs());
        }
        insert.setString(11, event.metadata());
        insert.setString(12, receivedAt);
        insert.setString(13, event.submittedBy());
        insert.setString(14, event.redacted());
    }

    static StoredEvent read(ResultSet row) throws SQLException {
        int latency = row.getInt(10);
        Integer latencyMs = row.wasNull() ? null : Integer.valueOf(latency);
        return event(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getString(8),
                row.getString(9),
                latencyMs,
                row.getString(11),
                row.getString(12),
                row.getString(13),
                row.getString(14));
    }

    static StoredEvent read(Row row) {
        return event(
                row.getLong(0),
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getString(8),
                row.getInteger(9),
                row.getString(10),
                row.getString(11),
                row.getString(12),
                row.getString(13));
    }

    private static StoredEvent event(
            long seq,
            String eventId,
            String timestamp,
            String agentInstanceId,
            String traceId,
            String actor,
            String actionType,
            String resource,
            String status,
            @Nullable Integer latencyMs,
            String metadata,
            String receivedAt,
            @Nullable String submittedBy,
            @Nullable String redacted) {
        AuditEvent event = new AuditEvent(
                UUID.fromString(eventId),
                time(timestamp),
                agentInstanceId,
                traceId,
                Objects.requireNonNull(ActorType.ofWireName(actor)),
                Objects.requireNonNull(ActionType.ofWireName(actionType)),
                resource,
                Objects.requireNonNull(EventStatus.ofWireName(status)),
                latencyMs,
                metadata,
                redacted,
                submittedBy);
        return new StoredEvent(seq, time(receivedAt), event);
    }

    private static Instant time(String text) {
        return Objects.requireNonNull(Timestamps.parse(text));
    }
}
