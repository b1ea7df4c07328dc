package dev.sentinel.audit.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.Timestamps;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Writes events as JSON: stored events identically in every response, stream and export; and drafts of new ones. */
public final class EventWriter {
    private static final SerializableString EVENT_ID = new SerializedString(EventJson.EVENT_ID);
    private static final SerializableString TIMESTAMP = new SerializedString(EventJson.TIMESTAMP);
    private static final SerializableString AGENT_INSTANCE_ID = new SerializedString(EventJson.AGENT_INSTANCE_ID);
    private static final SerializableString TRACE_ID = new SerializedString(EventJson.TRACE_ID);
    private static final SerializableString ACTOR = new SerializedString(EventJson.ACTOR);
    private static final SerializableString ACTION_TYPE = new SerializedString(EventJson.ACTION_TYPE);
    private static final SerializableString RESOURCE = new SerializedString(EventJson.RESOURCE);
    private static final SerializableString STATUS = new SerializedString(EventJson.STATUS);
    private static final SerializableString LATENCY_MS = new SerializedString(EventJson.LATENCY_MS);
    private static final SerializableString METADATA = new SerializedString(EventJson.METADATA);
    private static final SerializableString SPAN_ID = new SerializedString(EventJson.SPAN_ID);
    private static final SerializableString PARENT_SPAN_ID = new SerializedString(EventJson.PARENT_SPAN_ID);
    private static final SerializableString SESSION_ID = new SerializedString(EventJson.SESSION_ID);
    private static final SerializableString ON_BEHALF_OF = new SerializedString(EventJson.ON_BEHALF_OF);
    private static final SerializableString SEQ = new SerializedString(EventJson.SEQ);
    private static final SerializableString RECEIVED_AT = new SerializedString(EventJson.RECEIVED_AT);

    private static final SerializableString SUBMITTED_BY = new SerializedString(EventJson.SUBMITTED_BY);
    private static final SerializableString REDACTED = new SerializedString(EventJson.REDACTED);

    private static final SerializableString SEAL = new SerializedString(EventJson.SEAL);

    private static final int TYPICAL_LENGTH = 512;

    private static final JsonFactory FACTORY =
            JsonFactory.builder().disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE).build();

    private EventWriter() {}

    /**
     * Creates generators that escape like SQLite and like stored metadata, so that an event has one text, whichever
     * code writes it.
     */
    public static JsonFactory factory() {
        return FACTORY;
    }

    /** Writes one object: the fields in the order of the contract, then the fields that the server adds. */
    public static void write(JsonGenerator out, StoredEvent event) throws IOException {
        writeOpen(out, event);
        out.writeEndObject();
    }

    /** As {@link #write}, with the seal as last field. */
    public static void writeSealed(JsonGenerator out, StoredEvent event) throws IOException {
        writeOpen(out, event);
        raw(out, SEAL, event.seal().toJson());
        out.writeEndObject();
    }

    private static void writeOpen(JsonGenerator out, StoredEvent event) throws IOException {
        AuditEvent sent = event.event();
        out.writeStartObject();
        writeSent(
                out,
                new EventDraft()
                        .eventId(sent.eventId().toString())
                        .timestamp(Timestamps.format(event.timestamp()))
                        .agentInstanceId(sent.agentInstanceId())
                        .traceId(sent.traceId())
                        .actor(sent.actor().wireName())
                        .actionType(sent.actionType().wireName())
                        .resource(sent.resource())
                        .status(sent.status().wireName())
                        .latencyMs(sent.latencyMs())
                        .metadata(sent.metadata())
                        .links(sent.links()));
        if (event.seq() != StoredEvent.UNSEQUENCED) {
            out.writeFieldName(SEQ);
            out.writeNumber(event.seq());
        }
        text(out, RECEIVED_AT, Timestamps.format(event.receivedAt()));
        text(out, SUBMITTED_BY, sent.submittedBy());
        raw(out, REDACTED, sent.redacted());
    }

    /** The event as JSON text. */
    public static String toJson(StoredEvent event) {
        return toJson(json -> write(json, event));
    }

    /** The event as JSON text, with its seal. */
    public static String toSealedJson(StoredEvent event) {
        return toJson(json -> writeSealed(json, event));
    }

    static String toJson(EventDraft draft) {
        return toJson(json -> {
            json.writeStartObject();
            writeSent(json, draft);
            json.writeEndObject();
        });
    }

    /** One JSON value as text. */
    public static String toJson(JsonContent value) {
        // Written as characters, because a byte generator would escape characters beyond the BMP.
        StringWriter text = new StringWriter(TYPICAL_LENGTH);
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            value.writeTo(json);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return text.toString();
    }

    /** The fields in the order of the contract. */
    private static void writeSent(JsonGenerator out, EventDraft draft) throws IOException {
        text(out, EVENT_ID, draft.eventId);
        text(out, TIMESTAMP, draft.timestamp);
        text(out, AGENT_INSTANCE_ID, draft.agentInstanceId);
        text(out, TRACE_ID, draft.traceId);
        text(out, ACTOR, draft.actor);
        text(out, ACTION_TYPE, draft.actionType);
        text(out, RESOURCE, draft.resource);
        text(out, STATUS, draft.status);
        out.writeFieldName(LATENCY_MS);
        Object latencyMs = draft.latencyMs;
        if (latencyMs == null) {
            out.writeNull();
        } else if (latencyMs instanceof Integer ms) {
            out.writeNumber(ms.intValue());
        } else if (latencyMs instanceof Number number) {
            out.writeNumber(number.toString());
        } else {
            out.writeString(latencyMs.toString());
        }
        raw(out, METADATA, draft.metadata);
        text(out, SPAN_ID, draft.links.spanId());
        text(out, PARENT_SPAN_ID, draft.links.parentSpanId());
        text(out, SESSION_ID, draft.links.sessionId());
        text(out, ON_BEHALF_OF, draft.links.onBehalfOf());
    }

    private static void text(JsonGenerator out, SerializableString name, @Nullable String value) throws IOException {
        if (value != null) {
            out.writeFieldName(name);
            out.writeString(value);
        }
    }

    /** The value is JSON. */
    private static void raw(JsonGenerator out, SerializableString name, @Nullable String value) throws IOException {
        if (value != null) {
            out.writeFieldName(name);
            out.writeRawValue(value);
        }
    }
}
