package dev.sentinel.audit;

import java.util.UUID;

/** Events as clients write them. */
public final class SampleEvents {
    private SampleEvents() {}

    /** A valid event with a new id. */
    public static String any() {
        return of(UUID.randomUUID());
    }

    public static String of(UUID id) {
        return with(id, "{\"query_length\":42}");
    }

    public static String with(UUID id, String metadata) {
        return "{\"event_id\":\"" + id + "\",\"timestamp\":\"2026-11-02T08:05:13.886Z\","
                + "\"agent_instance_id\":\"agent-1\",\"trace_id\":\"trace-1\",\"actor\":\"agent\","
                + "\"action_type\":\"tool_call\",\"resource\":\"web_search\",\"status\":\"success\","
                + "\"latency_ms\":82,\"metadata\":" + metadata + "}";
    }
}
