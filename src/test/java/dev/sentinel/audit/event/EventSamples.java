package dev.sentinel.audit.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.redact.RedactionRules;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The JSON members of a valid event, from which tests derive variants. */
final class EventSamples {
    static final String ID = "0f8fad5b-d9cb-469f-a165-70867728950e";

    private EventSamples() {}

    static Map<String, String> members() {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("event_id", "\"" + ID + "\"");
        members.put("timestamp", "\"2026-11-02T08:05:13.886Z\"");
        members.put("agent_instance_id", "\"agent-1\"");
        members.put("trace_id", "\"trace-1\"");
        members.put("actor", "\"agent\"");
        members.put("action_type", "\"tool_call\"");
        members.put("resource", "\"search\"");
        members.put("status", "\"success\"");
        members.put("latency_ms", "82");
        members.put("metadata", "{\"model\":\"m\"}");
        return members;
    }

    /** The valid event with another value for one member. */
    static String with(String name, String value) {
        Map<String, String> members = members();
        members.put(name, value);
        return json(members);
    }

    static String without(String name) {
        Map<String, String> members = members();
        members.remove(name);
        return json(members);
    }

    static String valid() {
        return json(members());
    }

    static String json(Map<String, String> members) {
        return members.entrySet().stream()
                .map(member -> "\"" + member.getKey() + "\":" + member.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    static DecodedEvent decode(String json) {
        return new EventReader(10, RedactionRules.full(), secret -> {})
                .readJson(utf8(json), null)
                .events()
                .get(0);
    }

    static AuditEvent event(String json) {
        DecodedEvent decoded = decode(json);
        assertThat(decoded).isInstanceOf(DecodedEvent.Valid.class);
        return ((DecodedEvent.Valid) decoded).event();
    }

    static List<FieldError> errors(String json) {
        DecodedEvent decoded = decode(json);
        assertThat(decoded).isInstanceOf(DecodedEvent.Invalid.class);
        return ((DecodedEvent.Invalid) decoded).errors();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
