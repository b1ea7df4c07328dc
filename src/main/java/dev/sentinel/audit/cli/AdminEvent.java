package dev.sentinel.audit.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.auth.AdminAct;
import dev.sentinel.audit.event.ActionType;
import dev.sentinel.audit.event.ActorType;
import dev.sentinel.audit.event.EventJson;
import dev.sentinel.audit.event.EventStatus;
import dev.sentinel.audit.event.Timestamps;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Puts into an event what an administrator did. All are of the agent {@code sentinel}, each is a trace of its own. */
final class AdminEvent {
    private static final String AGENT = "sentinel";
    private static final JsonFactory JSON = new JsonFactory();

    private AdminEvent() {}

    /** @param what such as {@code keys.create}; becomes the resource */
    static AdminAct of(ActorType actor, String what, Instant when, Map<String, String> details) {
        String id = UUID.randomUUID().toString();
        Map<String, String> metadata = new TreeMap<>(details);
        metadata.put("os_user", System.getProperty("user.name", ""));
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField(EventJson.EVENT_ID, id);
            json.writeStringField(EventJson.TIMESTAMP, Timestamps.format(when));
            json.writeStringField(EventJson.AGENT_INSTANCE_ID, AGENT);
            json.writeStringField(EventJson.TRACE_ID, id);
            json.writeStringField(EventJson.ACTOR, actor.wireName());
            json.writeStringField(EventJson.ACTION_TYPE, ActionType.API_CALL.wireName());
            json.writeStringField(EventJson.RESOURCE, what);
            json.writeStringField(EventJson.STATUS, EventStatus.SUCCESS.wireName());
            json.writeObjectFieldStart(EventJson.METADATA);
            for (Map.Entry<String, String> detail : metadata.entrySet()) {
                json.writeStringField(detail.getKey(), detail.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return new AdminAct(id, text.toString());
    }
}
