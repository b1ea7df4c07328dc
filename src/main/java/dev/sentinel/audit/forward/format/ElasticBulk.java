package dev.sentinel.audit.forward.format;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.model.Timestamps;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Two lines for each event: an action {@code create}, which a data stream needs and which an index takes once for each
 * event, because the document has its id; and the document in the fields of the Elastic Common Schema.
 *
 * <p>The event itself is the string {@code event.original}. As an object, its metadata would make a field of each name
 * that any agent ever uses, and an event would be refused whose value has another type than the first one had.
 *
 * <p>{@code agent} is not used: in this schema it is the program that ships logs.
 */
final class ElasticBulk implements EventFormat {
    private static final String SCHEMA_VERSION = "9.1.0";

    @Override
    public void write(JsonGenerator json, StoredEvent event) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("create");
        json.writeStringField("_id", event.event().eventId().toString());
        json.writeEndObject();
        json.writeEndObject();
        document(json, event);
    }

    private static void document(JsonGenerator json, StoredEvent event) throws IOException {
        AuditEvent sent = event.event();
        json.writeStartObject();
        json.writeStringField("@timestamp", Timestamps.format(event.timestamp()));
        id(json, "ecs", "version", SCHEMA_VERSION);
        json.writeStringField("message", sent.actionType().wireName() + " " + sent.resource());
        fields(json, event);
        id(json, "trace", "id", sent.traceId());
        id(json, "span", "id", sent.links().spanId());
        id(json, "user", "id", sent.links().onBehalfOf());
        json.writeObjectFieldStart("gen_ai");
        id(json, "agent", "id", sent.agentInstanceId());
        json.writeEndObject();
        json.writeObjectFieldStart("sentinel");
        json.writeStringField(EventJson.ACTOR, sent.actor().wireName());
        json.writeStringField(EventJson.RESOURCE, sent.resource());
        json.writeStringField(EventJson.STATUS, sent.status().wireName());
        text(json, EventJson.PARENT_SPAN_ID, sent.links().parentSpanId());
        text(json, EventJson.SESSION_ID, sent.links().sessionId());
        text(json, EventJson.SUBMITTED_BY, sent.submittedBy());
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void fields(JsonGenerator json, StoredEvent event) throws IOException {
        AuditEvent sent = event.event();
        json.writeObjectFieldStart("event");
        json.writeStringField("id", sent.eventId().toString());
        json.writeNumberField("sequence", event.seq());
        json.writeStringField("kind", "event");
        list(json, "category", category(sent.actionType()));
        list(json, "type", type(sent));
        json.writeStringField("action", sent.actionType().wireName());
        json.writeStringField("outcome", outcome(sent.status()));
        json.writeStringField("dataset", "sentinel.audit");
        json.writeStringField("ingested", Timestamps.format(event.receivedAt()));
        if (sent.latencyMs() != null) {
            json.writeNumberField("duration", TimeUnit.MILLISECONDS.toNanos(sent.latencyMs()));
        }
        json.writeStringField("original", EventWriter.toJson(event));
        json.writeEndObject();
    }

    private static String category(ActionType type) {
        return switch (type) {
            case FILE_READ, FILE_WRITE -> "file";
            case DB_QUERY -> "database";
            case HTTP_REQUEST -> "web";
            case TOOL_CALL, API_CALL, POLICY_CHECK -> "api";
        };
    }

    private static String type(AuditEvent event) {
        return switch (event.actionType()) {
            case FILE_WRITE -> "change";
            case POLICY_CHECK ->
                switch (event.status()) {
                    case SUCCESS -> "allowed";
                    case DENIED -> "denied";
                    case ERROR, PENDING -> "info";
                };
            case FILE_READ, DB_QUERY, HTTP_REQUEST, TOOL_CALL, API_CALL -> "access";
        };
    }

    private static String outcome(EventStatus status) {
        return switch (status) {
            case SUCCESS -> "success";
            case ERROR, DENIED -> "failure";
            case PENDING -> "unknown";
        };
    }

    private static void list(JsonGenerator json, String name, String value) throws IOException {
        json.writeArrayFieldStart(name);
        json.writeString(value);
        json.writeEndArray();
    }

    private static void id(JsonGenerator json, String object, String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeObjectFieldStart(object);
            json.writeStringField(name, value);
            json.writeEndObject();
        }
    }

    private static void text(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }
}
