package dev.sentinel.audit.ingest.otlp.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What agents send and what becomes of it: a request beside its events. */
final class FixturesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "claude-code-logs",
                "claude-code-events",
                "claude-code-spans",
                "codex-logs",
                "codex-events",
                "codex-spans",
                "gemini-cli-logs",
                "gemini-cli-events",
                "gemini-cli-spans",
                "copilot-logs",
                "copilot-spans",
                "opencode",
                "strands",
                "pydantic-ai",
                "openinference",
                "openinference-tool",
                "traceloop",
                "traceloop-tool",
                "vercel-ai-6",
                "vercel-ai-6-llm",
                "vercel-ai-7",
                "langsmith",
                "mcp",
                "mcp-housekeeping",
                "genai",
                "actions"
            })
    void map_fixture_givesItsEvents(String name) {
        OtlpRequest request = Requests.map(Requests.fixture(name + ".json"));

        assertThat(Requests.lines(request))
                .containsExactlyElementsOf(
                        Requests.fixture(name + ".events.txt").lines().toList());
    }
}
