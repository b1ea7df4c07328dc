package dev.sentinel.audit.cli.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.EventStatus;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that an agent did.
 *
 * @param latencyMs null for what takes no time
 * @param metadata texts and numbers by name
 */
public record DemoEvent(
        UUID id,
        Instant at,
        String agent,
        String trace,
        ActorType actor,
        ActionType action,
        String resource,
        EventStatus status,
        @Nullable Integer latencyMs,
        Map<String, Object> metadata) {
    private static final JsonFactory JSON = new JsonFactory();

    public DemoEvent {
        metadata = Map.copyOf(metadata);
    }

    /** As a client sends it, one line without its end. */
    public String json() {
        StringWriter text = new StringWriter(400);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField(EventJson.EVENT_ID, id.toString());
            json.writeStringField(EventJson.TIMESTAMP, at.toString());
            json.writeStringField(EventJson.AGENT_INSTANCE_ID, agent);
            json.writeStringField(EventJson.TRACE_ID, trace);
            json.writeStringField(EventJson.ACTOR, actor.wireName());
            json.writeStringField(EventJson.ACTION_TYPE, action.wireName());
            json.writeStringField(EventJson.RESOURCE, resource);
            json.writeStringField(EventJson.STATUS, status.wireName());
            if (latencyMs != null) {
                json.writeNumberField(EventJson.LATENCY_MS, latencyMs);
            }
            json.writeObjectFieldStart(EventJson.METADATA);
            for (Map.Entry<String, Object> member : metadata.entrySet()) {
                json.writeObjectField(member.getKey(), member.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return text.toString();
    }
}
