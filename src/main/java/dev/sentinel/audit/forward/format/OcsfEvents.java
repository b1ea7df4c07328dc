package dev.sentinel.audit.forward.format;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.Leaf;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.model.Timestamps;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Events of the class API Activity (schema.ocsf.io, category 6, class 6003). What has no attribute there is in
 * {@code unmapped}, under the name that it has in the event, so nothing is lost but the spelling.
 *
 * <p>From 1.9.0 on, each event also says which agent acted, and has its leaf hash as an attestation: with
 * {@code unmapped.seal} a reader can compute it from the event, and the log proves that it has it.
 *
 * @param source names the log, as a URI reference
 */
record OcsfEvents(String source, OcsfVersion version) implements EventFormat {
    private static final int CLASS = 6003;

    /** An activity of the class. */
    private enum Activity {
        READ(2, "Read"),
        UPDATE(3, "Update"),
        OTHER(99, "Other");

        private final int id;
        private final String caption;

        Activity(int id, String caption) {
            this.id = id;
            this.caption = caption;
        }

        static Activity of(ActionType type) {
            return switch (type) {
                case FILE_READ -> READ;
                case FILE_WRITE -> UPDATE;
                case TOOL_CALL, HTTP_REQUEST, DB_QUERY, API_CALL, POLICY_CHECK -> OTHER;
            };
        }
    }

    @Override
    public void write(JsonGenerator json, StoredEvent event) throws IOException {
        AuditEvent sent = event.event();
        json.writeStartObject();
        metadata(json, event);
        json.writeNumberField("time", event.timestamp().toEpochMilli());
        classification(json, sent);
        status(json, sent.status());
        actor(json, sent);
        json.writeObjectFieldStart("api");
        json.writeStringField("operation", sent.actionType().wireName());
        json.writeEndObject();
        json.writeObjectFieldStart("src_endpoint");
        json.writeStringField("name", sent.agentInstanceId());
        json.writeEndObject();
        json.writeArrayFieldStart("resources");
        json.writeStartObject();
        json.writeStringField("name", sent.resource());
        json.writeEndObject();
        json.writeEndArray();
        json.writeObjectFieldStart("trace");
        json.writeStringField("uid", sent.traceId());
        json.writeEndObject();
        if (version == OcsfVersion.V1_9) {
            agent(json, sent);
            attestation(json, event);
        }
        unmapped(json, event);
        json.writeEndObject();
    }

    private void metadata(JsonGenerator json, StoredEvent event) throws IOException {
        json.writeObjectFieldStart("metadata");
        json.writeStringField("version", version.text());
        json.writeObjectFieldStart("product");
        json.writeStringField("name", "Sentinel");
        json.writeStringField("vendor_name", "Sentinel");
        json.writeEndObject();
        json.writeArrayFieldStart("profiles");
        json.writeString("trace");
        json.writeString("security_control");
        if (version == OcsfVersion.V1_9) {
            json.writeString("ai_operation");
            json.writeString("record_integrity");
        }
        json.writeEndArray();
        json.writeStringField("uid", event.event().eventId().toString());
        json.writeNumberField("sequence", event.seq());
        json.writeStringField("correlation_uid", event.event().traceId());
        json.writeStringField("log_name", source);
        json.writeStringField("original_time", Timestamps.format(event.timestamp()));
        json.writeNumberField("logged_time", event.receivedAt().toEpochMilli());
        json.writeEndObject();
    }

    private static void classification(JsonGenerator json, AuditEvent event) throws IOException {
        Activity activity = Activity.of(event.actionType());
        json.writeNumberField("category_uid", 6);
        json.writeStringField("category_name", "Application Activity");
        json.writeNumberField("class_uid", CLASS);
        json.writeStringField("class_name", "API Activity");
        json.writeNumberField("activity_id", activity.id);
        // Of another activity, the source says its own name.
        json.writeStringField(
                "activity_name", activity == Activity.OTHER ? event.actionType().wireName() : activity.caption);
        json.writeNumberField("type_uid", CLASS * 100 + activity.id);
        json.writeStringField("type_name", "API Activity: " + activity.caption);
        json.writeNumberField("severity_id", 1);
        json.writeStringField("severity", "Informational");
    }

    private static void status(JsonGenerator json, EventStatus status) throws IOException {
        switch (status) {
            case SUCCESS -> status(json, 1, "Success");
            case ERROR -> status(json, 2, "Failure");
            case PENDING -> status(json, 99, status.wireName());
            case DENIED -> {
                status(json, 2, "Failure");
                json.writeNumberField("action_id", 2);
                json.writeStringField("action", "Denied");
                json.writeNumberField("disposition_id", 2);
                json.writeStringField("disposition", "Blocked");
            }
        }
        json.writeStringField("status_code", status.wireName());
    }

    private static void status(JsonGenerator json, int id, String caption) throws IOException {
        json.writeNumberField("status_id", id);
        json.writeStringField("status", caption);
    }

    private static void actor(JsonGenerator json, AuditEvent event) throws IOException {
        json.writeObjectFieldStart("actor");
        json.writeStringField("app_uid", event.agentInstanceId());
        uid(json, "user", event.links().onBehalfOf());
        uid(json, "session", event.links().sessionId());
        json.writeEndObject();
    }

    private static void uid(JsonGenerator json, String object, @Nullable String uid) throws IOException {
        if (uid != null) {
            json.writeObjectFieldStart(object);
            json.writeStringField("uid", uid);
            json.writeEndObject();
        }
    }

    /** Only of what the agent did itself. */
    private static void agent(JsonGenerator json, AuditEvent event) throws IOException {
        if (event.actor() == ActorType.AGENT) {
            json.writeObjectFieldStart("ai_agent");
            json.writeStringField("name", event.agentInstanceId());
            json.writeStringField("instance_uid", event.agentInstanceId());
            json.writeEndObject();
        }
    }

    private void attestation(JsonGenerator json, StoredEvent event) throws IOException {
        json.writeArrayFieldStart("attestation_list");
        json.writeStartObject();
        json.writeStringField("chain_uid", source);
        json.writeObjectFieldStart("fingerprint");
        json.writeNumberField("algorithm_id", 3);
        json.writeStringField("algorithm", "SHA-256");
        json.writeNumberField("encoding_id", 1);
        json.writeStringField("encoding", "Hex");
        // Not of this event but of the leaf that the log keeps of it.
        json.writeNumberField("serialization_id", 99);
        json.writeStringField("serialization", "Sentinel leaf 1, RFC 6962");
        json.writeStringField("value", new Leaf().hash(event).hex());
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndArray();
    }

    private void unmapped(JsonGenerator json, StoredEvent event) throws IOException {
        AuditEvent sent = event.event();
        json.writeObjectFieldStart("unmapped");
        json.writeStringField(EventJson.ACTOR, sent.actor().wireName());
        if (sent.latencyMs() != null) {
            json.writeNumberField(EventJson.LATENCY_MS, sent.latencyMs());
        }
        raw(json, EventJson.METADATA, sent.metadata());
        text(json, EventJson.SPAN_ID, sent.links().spanId());
        text(json, EventJson.PARENT_SPAN_ID, sent.links().parentSpanId());
        json.writeStringField(EventJson.RECEIVED_AT, Timestamps.format(event.receivedAt()));
        text(json, EventJson.SUBMITTED_BY, sent.submittedBy());
        raw(json, EventJson.REDACTED, sent.redacted());
        if (version == OcsfVersion.V1_9) {
            raw(json, EventJson.SEAL, event.seal().toJson());
        }
        json.writeEndObject();
    }

    private static void text(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }

    /** The value is JSON. */
    private static void raw(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeFieldName(name);
            json.writeRawValue(value);
        }
    }
}
