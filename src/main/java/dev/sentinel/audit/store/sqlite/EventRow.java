package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.LegacyKey;
import dev.sentinel.audit.event.Seal;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.model.Timestamps;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Collections;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads and writes events as rows of the log. */
final class EventRow {
    static final String COLUMNS = "seq, event_id, timestamp, agent_instance_id, trace_id, actor, action_type, resource,"
            + " status, latency_ms, metadata, received_at, submitted_by, redacted, resource_seal, metadata_seal,"
            + " span_id, parent_span_id, session_id, on_behalf_of, links_seal";

    static final String PLACEHOLDERS = String.join(",", Collections.nCopies(COLUMNS.split(",", -1).length, "?"));

    /** Columns as JDBC counts them, from 1. */
    static final int AGENT = 4;

    static final int LATENCY = 10;

    static final int RESOURCE_SEAL = 15;
    static final int METADATA_SEAL = 16;
    static final int LINKS_SEAL = 21;

    /** The first of the columns of {@link dev.sentinel.audit.event.Links}, in their order. */
    static final int LINKS = 17;

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
        insert.setBytes(RESOURCE_SEAL, stored.seal().resource());
        insert.setBytes(METADATA_SEAL, stored.seal().metadata());
        insert.setString(LINKS, event.links().spanId());
        insert.setString(LINKS + 1, event.links().parentSpanId());
        insert.setString(LINKS + 2, event.links().sessionId());
        insert.setString(LINKS + 3, event.links().onBehalfOf());
        insert.setBytes(LINKS_SEAL, stored.seal().links());
    }

    /**
     * Throws {@link NullPointerException} or {@link IllegalArgumentException} for a row that is no event.
     *
     * @param legacy the key of the log, for events without a seal
     */
    static StoredEvent read(ResultSet row, LegacyKey legacy) throws SQLException {
        int latency = row.getInt(10);
        Integer latencyMs = row.wasNull() ? null : Integer.valueOf(latency);
        // JDBC counts columns from 1.
        AuditEvent event = event(latencyMs, column -> row.getString(column + 1));
        Seal seal = legacy.complete(
                event.eventId(), row.getBytes(RESOURCE_SEAL), row.getBytes(METADATA_SEAL), row.getBytes(LINKS_SEAL));
        return new StoredEvent(row.getLong(1), time(row.getString(12)), event, seal);
    }

    static StoredEvent read(Row row, LegacyKey legacy) {
        AuditEvent event = event(row.getInteger(9), row::getString);
        Seal seal = legacy.complete(
                event.eventId(), bytes(row, RESOURCE_SEAL), bytes(row, METADATA_SEAL), bytes(row, LINKS_SEAL));
        return new StoredEvent(row.getLong(0), time(row.getString(11)), event, seal);
    }

    private static byte @Nullable [] bytes(Row row, int column) {
        Buffer value = row.getBuffer(column - 1);
        return value == null ? null : value.getBytes();
    }

    /**
     * The text columns of a row, from any source.
     *
     * @param <X> the exception that reading a column may throw
     */
    private interface Texts<X extends Exception> {
        String at(int column) throws X;
    }

    private static <X extends Exception> AuditEvent event(@Nullable Integer latencyMs, Texts<X> texts) throws X {
        return AuditEvent.builder()
                .eventId(UUID.fromString(texts.at(1)))
                .timestamp(time(texts.at(2)))
                .agentInstanceId(texts.at(3))
                .traceId(texts.at(4))
                .actor(ActorType.ofWireName(texts.at(5)))
                .actionType(ActionType.ofWireName(texts.at(6)))
                .resource(texts.at(7))
                .status(EventStatus.ofWireName(texts.at(8)))
                .latencyMs(latencyMs)
                .metadata(texts.at(10))
                .spanId(texts.at(LINKS - 1))
                .parentSpanId(texts.at(LINKS))
                .sessionId(texts.at(LINKS + 1))
                .onBehalfOf(texts.at(LINKS + 2))
                .submittedBy(texts.at(12))
                .redacted(texts.at(13))
                .build();
    }

    static Instant time(String text) {
        return Objects.requireNonNull(Timestamps.parse(text));
    }
}
