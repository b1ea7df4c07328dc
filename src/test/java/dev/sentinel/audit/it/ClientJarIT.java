package dev.sentinel.audit.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sentinel.audit.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The delivered SDK: the README's program runs with its jar and nothing else. */
final class ClientJarIT {
    private static final Path JAR = Path.of("target/sentinel-audit-client.jar");
    private static final Pattern PROGRAM = Pattern.compile("^```java\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    @TempDir
    private Path directory;

    @Test
    void program_ofTheReadme_recordsItsEvent() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory.resolve("data"), Map.of())) {
            run(Path.of("README.md"), "FirstEvent", server);

            assertThat(events(server, "run-43")).containsExactly("billing-agent-7 tool_call web_search success {}");
        }
    }

    @Test
    void program_ofTheGuide_runsWithNothingButTheJar() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory.resolve("data"), Map.of())) {
            run(Path.of("src/site/markdown/sdk-java.md"), "BillingAgent", server);

            assertThat(events(server, "run-42"))
                    .containsExactlyInAnyOrder(
                            "billing-agent-7 db_query SELECT total FROM invoices success {\"rows\":3}",
                            "billing-agent-7 tool_call web_search success {}",
                            "billing-agent-7 policy_check refund-limit denied"
                                    + " {\"amount\":250,\"api_key\":\"[REDACTED]\"}");
        }
    }

    @Test
    void classes_inTheJar_areThoseOfTheSdk() throws Exception {
        Process deps = new ProcessBuilder(
                        java().replaceFirst("java$", "jdeps"),
                        "--ignore-missing-deps",
                        "--print-module-deps",
                        JAR.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(deps.getInputStream().readAllBytes(), UTF_8);

        assertThat(deps.waitFor()).as(output).isZero();
        assertThat(output.strip()).isEqualTo("java.base,java.net.http");
    }

    /** Runs the first program of a document against the server. */
    private void run(Path document, String name, ServerProcess server) throws Exception {
        Matcher program = PROGRAM.matcher(Files.readString(document));
        assertThat(program.find()).isTrue();
        Path source = directory.resolve(name + ".java");
        Files.writeString(
                source,
                program.group(1)
                        .replace(
                                "localhost:8000", "localhost:" + server.client().port()));

        Process run = new ProcessBuilder(java(), "-cp", JAR.toString(), source.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(run.getInputStream().readAllBytes(), UTF_8);

        assertThat(run.waitFor()).as(output).isZero();
    }

    private static List<String> events(ServerProcess server, String traceId) throws IOException {
        JsonNode trace = AgentRuns.JSON.readTree(
                server.client().get("/v1/traces/" + traceId + "?limit=100").body());
        List<String> events = new ArrayList<>();
        trace.get("events")
                .forEach(event -> events.add(event.get("agent_instance_id").asText() + " "
                        + event.get("action_type").asText() + " "
                        + event.get("resource").asText() + " "
                        + event.get("status").asText() + " " + event.get("metadata")));
        return events;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
