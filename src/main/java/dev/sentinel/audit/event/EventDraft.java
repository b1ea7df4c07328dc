package dev.sentinel.audit.event;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds the JSON of an event from values that are not validated yet. {@link #toJson} returns what a client would send,
 * and {@link EventReader} validates it. A field that is null or not set is omitted, except the latency, which is then
 * written as null. One thread.
 */
public final class EventDraft {
    @Nullable
    String eventId;

    @Nullable
    String timestamp;

    @Nullable
    String agentInstanceId;

    @Nullable
    String traceId;

    @Nullable
    String actor;

    @Nullable
    String actionType;

    @Nullable
    String resource;

    @Nullable
    String status;

    @Nullable
    Object latencyMs;

    @Nullable
    String metadata;

    Links links = Links.NONE;

    public EventDraft eventId(@Nullable String value) {
        this.eventId = value;
        return this;
    }

    /** Valid only if it has the form that {@link dev.sentinel.audit.model.Timestamps} writes. */
    public EventDraft timestamp(@Nullable String value) {
        this.timestamp = value;
        return this;
    }

    public EventDraft agentInstanceId(@Nullable String value) {
        this.agentInstanceId = value;
        return this;
    }

    public EventDraft traceId(@Nullable String value) {
        this.traceId = value;
        return this;
    }

    /** Valid only if it is a wire name; the same holds for the action type and the status. */
    public EventDraft actor(@Nullable String value) {
        this.actor = value;
        return this;
    }

    public EventDraft actionType(@Nullable String value) {
        this.actionType = value;
        return this;
    }

    public EventDraft resource(@Nullable String value) {
        this.resource = value;
        return this;
    }

    public EventDraft status(@Nullable String value) {
        this.status = value;
        return this;
    }

    /** Valid only if it is a number; any other value is written as text. */
    public EventDraft latencyMs(@Nullable Object value) {
        this.latencyMs = value;
        return this;
    }

    /** Metadata as JSON text, written unchanged. The caller must ensure that it is exactly one JSON value. */
    public EventDraft metadata(@Nullable String json) {
        this.metadata = json;
        return this;
    }

    /** Metadata of strings, lists and maps; any other value is written as its text. */
    public EventDraft metadata(Map<String, ?> members) {
        return metadata(EventWriter.toJson(json -> write(json, members)));
    }

    private static void write(JsonGenerator json, Object value) throws IOException {
        if (value instanceof Map<?, ?> members) {
            json.writeStartObject();
            for (Map.Entry<?, ?> member : members.entrySet()) {
                json.writeFieldName(member.getKey().toString());
                write(json, member.getValue());
            }
            json.writeEndObject();
        } else if (value instanceof List<?> values) {
            json.writeStartArray();
            for (Object item : values) {
                write(json, item);
            }
            json.writeEndArray();
        } else {
            json.writeString(value.toString());
        }
    }

    /** Valid only if each has the form that {@link Links} describes. */
    public EventDraft links(Links value) {
        this.links = value;
        return this;
    }

    /** Returns one JSON object on one line. */
    public String toJson() {
        return EventWriter.toJson(this);
    }
}
