package dev.sentinel.audit.query;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.TraceStep;
import dev.sentinel.audit.store.TraceSummary;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes what is known of a trace or of a session, everywhere in the same form. */
final class TraceJson {
    private TraceJson() {}

    /** Writes the members into an object that may have others. */
    static void writeMembers(JsonGenerator json, TraceSummary trace) throws IOException {
        json.writeStringField(EventJson.SESSION_ID, trace.sessionId());
        json.writeStringField(EventJson.STATUS, trace.status().wireName());
        agents(json, trace.agents());
        json.writeStringField("start", Timestamps.format(trace.start()));
        json.writeStringField("end", Timestamps.format(trace.end()));
        json.writeNumberField("duration_ms", trace.duration().toMillis());
        json.writeNumberField("total", trace.total());
        byStatus(json, trace.byStatus());
        json.writeBooleanField("complete", trace.complete());
        json.writeFieldName("first");
        step(json, trace.first());
        json.writeFieldName("first_problem");
        step(json, trace.firstProblem());
    }

    static void agents(JsonGenerator json, List<String> agents) throws IOException {
        json.writeArrayFieldStart("agents");
        for (String agent : agents) {
            json.writeString(agent);
        }
        json.writeEndArray();
    }

    static void byStatus(JsonGenerator json, Map<EventStatus, Long> counts) throws IOException {
        json.writeObjectFieldStart("by_status");
        for (EventStatus status : EventStatus.values()) {
            json.writeNumberField(status.wireName(), counts.getOrDefault(status, 0L));
        }
        json.writeEndObject();
    }

    private static void step(JsonGenerator json, @Nullable TraceStep step) throws IOException {
        if (step == null) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeStringField(EventJson.EVENT_ID, step.eventId().toString());
        json.writeStringField(EventJson.TIMESTAMP, Timestamps.format(step.timestamp()));
        json.writeStringField(EventJson.AGENT_INSTANCE_ID, step.agentInstanceId());
        json.writeStringField(EventJson.ACTION_TYPE, step.actionType().wireName());
        json.writeStringField(EventJson.RESOURCE, step.resource());
        json.writeStringField(EventJson.STATUS, step.status().wireName());
        json.writeEndObject();
    }
}
