package dev.sentinel.audit.event;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** Writes events as JSON. */
public final class EventWriter {
    private EventWriter() {}

    /** Writes one object with the fields of the contract in its order, then what the server added. */
    public static void write(JsonGenerator out, StoredEvent stored) throws IOException {
        AuditEvent event = stored.event();
        out.writeStartObject();
        out.writeStringField(EventJson.EVENT_ID, event.eventId().toString());
        out.writeStringField(EventJson.TIMESTAMP, Timestamps.format(stored.timestamp()));
        out.writeStringField(EventJson.AGENT_INSTANCE_ID, event.agentInstanceId());
        out.writeStringField(EventJson.TRACE_ID, event.traceId());
        out.writeStringField(EventJson.ACTOR, event.actor().wireName());
        out.writeStringField(EventJson.ACTION_TYPE, event.actionType().wireName());
        out.writeStringField(EventJson.RESOURCE, event.resource());
        out.writeStringField(EventJson.STATUS, event.status().wireName());
        if (event.latencyMs() == null) {
            out.writeNullField(EventJson.LATENCY_MS);
        } else {
            out.writeNumberField(EventJson.LATENCY_MS, event.latencyMs());
        }
        out.writeFieldName(EventJson.METADATA);
        out.writeRawValue(event.metadata());
        out.writeNumberField(EventJson.SEQ, stored.seq());
        out.writeStringField(EventJson.RECEIVED_AT, Timestamps.format(stored.receivedAt()));
        out.writeEndObject();
    }
}
