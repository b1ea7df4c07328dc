package dev.sentinel.audit.ingest.cloudevents;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.event.DraftReader;
import dev.sentinel.audit.event.EventDraft;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.Links;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.EventStatus;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/**
 * A message of any other type: what it says of itself, with all its data as metadata. If the data has members of our
 * events, with values that they may have, they count more than the attributes.
 */
final class ForeignEvent {
    private static final String DATA = "data";
    private static final String CLOUD_EVENT = "cloudevent";

    private static final Map<String, String> ORIGINS = Map.of(
            "",
            "",
            "/timestamp",
            "/time",
            "/agent_instance_id",
            "/source",
            "/trace_id",
            "/id",
            "/metadata/" + CLOUD_EVENT,
            "",
            "/metadata/" + DATA,
            "/data",
            "/metadata",
            "/data");

    /** Told by other members of the event; the version by the mapping. */
    private static final Set<String> TOLD = Set.of(Attributes.SPECVERSION, Attributes.TIME);

    private ForeignEvent() {}

    static Draft draft(String id, CloudEvent sent, Envelope envelope, DraftReader rules) {
        Map<String, String> own = OwnMembers.valid(sent.data(), rules);
        String trace = own.getOrDefault(EventJson.TRACE_ID, envelope.trace());
        String subject = sent.attribute(Attributes.SUBJECT);
        String target = subject == null ? sent.required(Attributes.TYPE) : subject;
        String latency = own.get(EventJson.LATENCY_MS);
        String principal = envelope.principal();
        String json = new EventDraft()
                .eventId(id)
                .timestamp(envelope.time())
                .agentInstanceId(own.getOrDefault(EventJson.AGENT_INSTANCE_ID, envelope.agent()))
                .traceId(trace)
                .actor(own.getOrDefault(EventJson.ACTOR, actor(sent).wireName()))
                .actionType(own.getOrDefault(EventJson.ACTION_TYPE, ActionType.API_CALL.wireName()))
                .resource(own.getOrDefault(EventJson.RESOURCE, target))
                .status(own.getOrDefault(EventJson.STATUS, EventStatus.SUCCESS.wireName()))
                .latencyMs(latency == null ? null : Integer.valueOf(latency))
                .links(new Links(
                        own.get(EventJson.SPAN_ID),
                        own.containsKey(EventJson.PARENT_SPAN_ID)
                                ? own.get(EventJson.PARENT_SPAN_ID)
                                : envelope.parentSpan(trace),
                        own.get(EventJson.SESSION_ID),
                        own.containsKey(EventJson.ON_BEHALF_OF) ? own.get(EventJson.ON_BEHALF_OF) : principal))
                .metadata(EventWriter.toJson(out -> write(out, sent, envelope)))
                .toJson();
        return new Draft(json, ORIGINS, subject == null ? "/type" : "/subject");
    }

    private static ActorType actor(CloudEvent sent) {
        String type = sent.attribute(Attributes.AUTHTYPE);
        return switch (type == null ? "" : type) {
            case "user", "app_user" -> ActorType.HUMAN;
            case "service_account", "system" -> ActorType.SYSTEM;
            default -> ActorType.AGENT;
        };
    }

    private static void write(JsonGenerator json, CloudEvent sent, Envelope envelope) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart(CLOUD_EVENT);
        for (Map.Entry<String, String> attribute : sent.attributes().entrySet()) {
            if (!isTold(attribute.getKey(), attribute.getValue(), envelope)) {
                json.writeStringField(attribute.getKey(), attribute.getValue());
            }
        }
        json.writeEndObject();
        String data = sent.data();
        if (data != null) {
            json.writeFieldName(DATA);
            json.writeRawValue(data);
        }
        json.writeEndObject();
    }

    /** Plain JSON is what data is if nobody says otherwise; and in one mode everybody says so. */
    private static boolean isTold(String name, String value, Envelope envelope) {
        return TOLD.contains(name)
                || (name.equals(Attributes.DATACONTENTTYPE) && Payload.isPlainJson(value))
                || (name.equals(Attributes.TRACEPARENT) && envelope.isTraced());
    }
}
