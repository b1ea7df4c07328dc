package dev.sentinel.audit.ingest.otlp.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.ingest.otlp.wire.Attributes;
import dev.sentinel.audit.model.EventStatus;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OutcomeTest {
    /** A decision that allowed a tool says nothing of how it ended. */
    @ParameterizedTest
    @CsvSource({"denied, false, DENIED", "denied, true, DENIED", "allowed, false, ERROR", "allowed, true, SUCCESS"})
    void tool_withDecision_isDeniedOnlyByIt(String disposition, boolean success, EventStatus status) {
        Attributes.Builder attributes = Attributes.builder()
                .put("gen_ai.operation.name", "execute_tool")
                .put("gen_ai.tool.name", "t")
                .put("gen_ai.agent.tool.disposition", disposition)
                .put("success", success);

        assertThat(Requests.span("svc", "execute_tool t", attributes)
                        .events()
                        .get(0)
                        .status())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"decision, reject", "decision_type, reject", "decision_type, Deny"})
    void claudeToolResult_thatWasRejected_isDenied(String key, String decision) {
        String json = "{\"resourceLogs\":[{\"resource\":{\"attributes\":[" + attribute("service.name", "claude-code")
                + "]},\"scopeLogs\":[{\"logRecords\":[{\"timeUnixNano\":\"1\",\"attributes\":["
                + attribute("event.name", "tool_result") + ',' + attribute("tool_name", "Bash") + ','
                + attribute(key, decision) + "]}]}]}]}";

        assertThat(Requests.map(json).events().get(0).status()).isEqualTo(EventStatus.DENIED);
    }

    private static String attribute(String key, String value) {
        return "{\"key\":\"" + key + "\",\"value\":{\"stringValue\":\"" + value + "\"}}";
    }
}
