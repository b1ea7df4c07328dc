package dev.sentinel.audit.keys;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.model.Timestamps;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Puts into an event what an administrator did. All are of the agent {@code sentinel}. */
public final class AdminEvent {
    private static final String AGENT = "sentinel";
    private static final JsonFactory JSON = new JsonFactory();

    private AdminEvent() {}

    /**
     * One that succeeded, a trace of its own.
     *
     * @param what such as {@code keys.create}; becomes the resource
     * @param details texts, lists and maps of them; become the metadata
     */
    public static AdminAct of(ActorType actor, String what, Instant when, Map<String, ?> details) {
        UUID id = UUID.randomUUID();
        return of(id, id, actor, what, EventStatus.SUCCESS, when, details);
    }

    /** A part of something that takes its time: the parts are one trace. */
    public static AdminAct ofTrace(
            UUID trace, ActorType actor, String what, EventStatus status, Instant when, Map<String, ?> details) {
        return of(UUID.randomUUID(), trace, actor, what, status, when, details);
    }

    private static AdminAct of(
            UUID id,
            UUID trace,
            ActorType actor,
            String what,
            EventStatus status,
            Instant when,
            Map<String, ?> details) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField(EventJson.EVENT_ID, id.toString());
            json.writeStringField(EventJson.TIMESTAMP, Timestamps.format(when));
            json.writeStringField(EventJson.AGENT_INSTANCE_ID, AGENT);
            json.writeStringField(EventJson.TRACE_ID, trace.toString());
            json.writeStringField(EventJson.ACTOR, actor.wireName());
            json.writeStringField(EventJson.ACTION_TYPE, ActionType.API_CALL.wireName());
            json.writeStringField(EventJson.RESOURCE, what);
            json.writeStringField(EventJson.STATUS, status.wireName());
            json.writeObjectFieldStart(EventJson.METADATA);
            for (Map.Entry<String, ?> detail : new TreeMap<>(details).entrySet()) {
                json.writeFieldName(detail.getKey());
                write(json, detail.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return new AdminAct(id.toString(), text.toString());
    }

    private static void write(JsonGenerator json, Object detail) throws IOException {
        if (detail instanceof Map<?, ?> members) {
            json.writeStartObject();
            for (Map.Entry<?, ?> member : members.entrySet()) {
                json.writeFieldName(member.getKey().toString());
                write(json, member.getValue());
            }
            json.writeEndObject();
        } else if (detail instanceof List<?> values) {
            json.writeStartArray();
            for (Object value : values) {
                write(json, value);
            }
            json.writeEndArray();
        } else {
            json.writeString(detail.toString());
        }
    }
}
