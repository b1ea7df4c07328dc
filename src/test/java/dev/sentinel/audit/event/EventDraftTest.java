package dev.sentinel.audit.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class EventDraftTest {
    @Test
    void toJson_allFields_areInContractOrder() {
        String json = new EventDraft()
                .metadata("{\"a\":1}")
                .latencyMs(82)
                .status("success")
                .resource("say \"hi\"\n")
                .actionType("tool_call")
                .actor("agent")
                .traceId("t")
                .agentInstanceId("a")
                .timestamp("2026-11-02T08:05:13Z")
                .eventId("0f8fad5b-d9cb-469f-a165-70867728950e")
                .toJson();

        assertThat(json)
                .isEqualTo("{\"event_id\":\"0f8fad5b-d9cb-469f-a165-70867728950e\","
                        + "\"timestamp\":\"2026-11-02T08:05:13Z\",\"agent_instance_id\":\"a\",\"trace_id\":\"t\","
                        + "\"actor\":\"agent\",\"action_type\":\"tool_call\",\"resource\":\"say \\\"hi\\\"\\n\","
                        + "\"status\":\"success\",\"latency_ms\":82,\"metadata\":{\"a\":1}}");
    }

    @Test
    void toJson_missingFields_areLeftOutButTheLatency() {
        assertThat(new EventDraft().resource("r").toJson()).isEqualTo("{\"resource\":\"r\",\"latency_ms\":null}");
    }

    @Test
    void toJson_latencyOfAnyKind_isWrittenAsItIs() {
        assertThat(new EventDraft().latencyMs(2.5).toJson()).isEqualTo("{\"latency_ms\":2.5}");
        assertThat(new EventDraft().latencyMs("soon").toJson()).isEqualTo("{\"latency_ms\":\"soon\"}");
    }

    @Test
    void metadata_nested_isJson() {
        Map<String, Object> members = new TreeMap<>();
        members.put("list", List.of("x", List.of("y")));
        members.put("map", Map.of("k", 7));

        assertThat(new EventDraft().metadata(members).toJson())
                .isEqualTo("{\"latency_ms\":null,\"metadata\":{\"list\":[\"x\",[\"y\"]],\"map\":{\"k\":\"7\"}}}");
    }
}
