package dev.sentinel.audit.ingest.cloudevents;

import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.model.EventJson;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A message whose data is one of our events. The attributes say only who, when and where if the data does not: what
 * happened, and how it ended, nobody may guess.
 */
final class OwnEvent {
    private OwnEvent() {}

    /** Null if the data is no object. */
    static @Nullable Draft draft(String id, CloudEvent sent, Envelope envelope) {
        String data = sent.data();
        if (data == null || data.charAt(0) != '{') {
            return null;
        }
        Set<String> given = OwnMembers.names(data);
        Map<String, String> added = new LinkedHashMap<>();
        Map<String, String> origins = new LinkedHashMap<>();
        add(EventJson.EVENT_ID, id, "/id", given, added, origins);
        add(EventJson.TIMESTAMP, envelope.time(), "/time", given, added, origins);
        add(EventJson.AGENT_INSTANCE_ID, envelope.agent(), "/source", given, added, origins);
        if (!given.contains(EventJson.TRACE_ID)) {
            String trace = envelope.trace();
            add(EventJson.TRACE_ID, trace, "/subject", given, added, origins);
            add(EventJson.PARENT_SPAN_ID, envelope.parentSpan(trace), "/traceparent", given, added, origins);
        }
        return new Draft(joined(added, data), origins, "/data");
    }

    private static void add(
            String name,
            @Nullable String value,
            String origin,
            Set<String> given,
            Map<String, String> added,
            Map<String, String> origins) {
        if (value != null && !given.contains(name)) {
            added.put(name, value);
            origins.put('/' + name, origin);
        }
    }

    /** Both are objects, minified, and have no name in common. */
    private static String joined(Map<String, String> added, String data) {
        if (added.isEmpty()) {
            return data;
        }
        String before = EventWriter.toJson(json -> {
            json.writeStartObject();
            for (Map.Entry<String, String> member : added.entrySet()) {
                json.writeStringField(member.getKey(), member.getValue());
            }
            json.writeEndObject();
        });
        return data.equals("{}") ? before : before.substring(0, before.length() - 1) + ',' + data.substring(1);
    }
}
