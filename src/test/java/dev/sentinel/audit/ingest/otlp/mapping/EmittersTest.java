package dev.sentinel.audit.ingest.otlp.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.ingest.otlp.wire.Attributes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A name that begins like that of a known agent is not that agent. */
final class EmittersTest {
    @ParameterizedTest
    @CsvSource({
        "codex-search, execute_tool find, genai",
        "codex_exec, execute_tool find, codex",
        "svc, codex.find, codex"
    })
    void toolSpan_besideCodex_isKept(String service, String name, String emitter) {
        Attributes.Builder attributes = Attributes.builder()
                .put("gen_ai.operation.name", "execute_tool")
                .put("gen_ai.tool.name", "find");

        AuditEvent event = Requests.span(service, name, attributes).events().get(0);

        assertThat(event.resource()).isEqualTo("find");
        assertThat(event.metadata()).contains("\"emitter\":\"" + emitter + '"');
    }

    @ParameterizedTest
    @CsvSource({"codex_exec", "codex_cli_rs", "codex-app-server", "codex_mcp_server", "codex-cli", "codex-exec", "codex"
    })
    void spanWithoutMarks_ofCodex_isStep(String service) {
        Attributes.Builder attributes = Attributes.builder().put("http.request.method", "POST");

        assertThat(Requests.span(service, "run_turn", attributes).counts().ignored())
                .containsOnlyKeys("step");
    }
}
