package dev.sentinel.audit.store.sqlite;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sentinel.audit.event.LegacyKey;
import dev.sentinel.audit.event.Seal;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.Position;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.UUID;

/** The JSON of an event as SQLite builds it, which clients get unchanged. */
final class JsonRow {
    /**
     * An event {@code e} as JSON, byte for byte as {@link dev.sentinel.audit.event.EventWriter} writes it. Free text
     * from clients is quoted; the other values cannot contain characters that JSON escapes.
     */
    static final String SQL = """
            concat('{"%s":"', e.event_id, '","%s":"', e.timestamp, '","%s":', json_quote(e.agent_instance_id), \
            ',"%s":', json_quote(e.trace_id), ',"%s":"', e.actor, '","%s":"', e.action_type, \
            '","%s":', json_quote(e.resource), ',"%s":"', e.status, '","%s":', ifnull(e.latency_ms, 'null'), \
            ',"%s":', e.metadata, \
            iif(e.span_id IS NULL, '', concat(',"%s":"', e.span_id, '"')), \
            iif(e.parent_span_id IS NULL, '', concat(',"%s":"', e.parent_span_id, '"')), \
            iif(e.session_id IS NULL, '', concat(',"%s":', json_quote(e.session_id))), \
            iif(e.on_behalf_of IS NULL, '', concat(',"%s":', json_quote(e.on_behalf_of))), \
            ',"%s":', e.seq, ',"%s":"', e.received_at, '"', \
            iif(e.submitted_by IS NULL, '', concat(',"%s":"', e.submitted_by, '"')), \
            iif(e.redacted IS NULL, '', concat(',"%s":', e.redacted)), '}')""".formatted(
                    EventJson.EVENT_ID,
                    EventJson.TIMESTAMP,
                    EventJson.AGENT_INSTANCE_ID,
                    EventJson.TRACE_ID,
                    EventJson.ACTOR,
                    EventJson.ACTION_TYPE,
                    EventJson.RESOURCE,
                    EventJson.STATUS,
                    EventJson.LATENCY_MS,
                    EventJson.METADATA,
                    EventJson.SPAN_ID,
                    EventJson.PARENT_SPAN_ID,
                    EventJson.SESSION_ID,
                    EventJson.ON_BEHALF_OF,
                    EventJson.SEQ,
                    EventJson.RECEIVED_AT,
                    EventJson.SUBMITTED_BY,
                    EventJson.REDACTED);

    /** Where the id begins: it is the first member. */
    private static final int ID = ("{\"" + EventJson.EVENT_ID + "\":\"").length();

    private static final int UUID_LENGTH = 36;

    /** Of three commitments. */
    private static final int SEAL_LENGTH = 260;

    private static final JsonFactory FACTORY = new JsonFactory();

    private JsonRow() {}

    /**
     * A printed event with its seal.
     *
     * @param printed the parts of the seal in hexadecimal digits, with hyphens in between; each may be empty
     */
    static Buffer sealed(Buffer event, String printed, LegacyKey legacyKey) {
        String[] parts = printed.split("-", -1);
        HexFormat hex = HexFormat.of();
        UUID eventId = eventId(event.getString(0, ID + UUID_LENGTH));
        Seal seal = legacyKey.complete(eventId, hex.parseHex(parts[0]), hex.parseHex(parts[1]), hex.parseHex(parts[2]));
        return Buffer.buffer(event.length() + SEAL_LENGTH)
                .appendBuffer(event, 0, event.length() - 1)
                .appendString(",\"" + EventJson.SEAL + "\":" + seal.toJson() + "}");
    }

    /** The id of a printed event. Throws {@link IllegalArgumentException} if it is none. */
    static UUID eventId(String json) {
        return UUID.fromString(json.substring(ID, Math.min(json.length(), ID + UUID_LENGTH)));
    }

    /** The position of a printed event in the order by time. */
    static Position position(Buffer event) {
        Instant timestamp = null;
        Instant receivedAt = null;
        long seq = -1;
        try (JsonParser json = FACTORY.createParser(event.getBytes())) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case EventJson.TIMESTAMP -> timestamp = Timestamps.parse(json.getText());
                    case EventJson.RECEIVED_AT -> receivedAt = Timestamps.parse(json.getText());
                    case EventJson.SEQ -> seq = json.getLongValue();
                    default -> json.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("the database returned invalid JSON", e);
        }
        return new Position(
                StoredEvent.effective(Objects.requireNonNull(timestamp), Objects.requireNonNull(receivedAt)), seq);
    }
}
