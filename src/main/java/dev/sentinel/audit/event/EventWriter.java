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

/** Writes events as JSON, the same in every answer, stream and export. */
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
    private static final SerializableString SEQ = new SerializedString(EventJson.SEQ);
    private static final SerializableString RECEIVED_AT = new SerializedString(EventJson.RECEIVED_AT);

    private static final SerializableString SUBMITTED_BY = new SerializedString(EventJson.SUBMITTED_BY);
    private static final SerializableString REDACTED = new SerializedString(EventJson.REDACTED);

    private static final int USUAL_LENGTH = 512;

    private static final JsonFactory FACTORY =
            JsonFactory.builder().disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE).build();

    private EventWriter() {}

    /**
     * Makes generators that escape as SQLite does and as metadata is kept, so that an event has one text, whoever wrote
     * it.
     */
    public static JsonFactory factory() {
        return FACTORY;
    }

    /** Writes one object: the ten fields in the order of the contract, then what the server has added. */
    public static void write(JsonGenerator out, StoredEvent event) throws IOException {
        AuditEvent sent = event.event();
        out.writeStartObject();
        text(out, EVENT_ID, sent.eventId().toString());
        text(out, TIMESTAMP, Timestamps.format(event.timestamp()));
        text(out, AGENT_INSTANCE_ID, sent.agentInstanceId());
        text(out, TRACE_ID, sent.traceId());
        text(out, ACTOR, sent.actor().wireName());
        text(out, ACTION_TYPE, sent.actionType().wireName());
        text(out, RESOURCE, sent.resource());
        text(out, STATUS, sent.status().wireName());
        out.writeFieldName(LATENCY_MS);
        Integer latencyMs = sent.latencyMs();
        if (latencyMs == null) {
            out.writeNull();
        } else {
            out.writeNumber(latencyMs.intValue());
        }
        out.writeFieldName(METADATA);
        out.writeRawValue(sent.metadata());
        if (event.seq() != StoredEvent.UNSEQUENCED) {
            out.writeFieldName(SEQ);
            out.writeNumber(event.seq());
        }
        text(out, RECEIVED_AT, Timestamps.format(event.receivedAt()));
        String submittedBy = sent.submittedBy();
        if (submittedBy != null) {
            text(out, SUBMITTED_BY, submittedBy);
        }
        String redacted = sent.redacted();
        if (redacted != null) {
            out.writeFieldName(REDACTED);
            out.writeRawValue(redacted);
        }
        out.writeEndObject();
    }

    /** The same as text. */
    public static String toJson(StoredEvent event) {
        // As characters: written as bytes, what is beyond the BMP would be escaped.
        StringWriter text = new StringWriter(USUAL_LENGTH);
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            write(json, event);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return text.toString();
    }

    private static void text(JsonGenerator out, SerializableString name, String value) throws IOException {
        out.writeFieldName(name);
        out.writeString(value);
    }
}
