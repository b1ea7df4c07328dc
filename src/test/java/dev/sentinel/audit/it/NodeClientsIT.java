package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.ServerProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Real clients for Node.js against the packaged server: what they send arrives, nothing is lost, and nothing is stored
 * twice. Skipped where there is no Node.js, or where the registry of npm is away.
 */
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class NodeClientsIT {
    private static final Path SOURCES = Path.of("src/test/node");
    private static final Path INSTALLED = Path.of("target/node-clients");
    private static final String CANARY = "cAnArY7Zq0xW";

    private ServerProcess server;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        install();
        server = ServerProcess.start(directory, Map.of());
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static void install() throws Exception {
        Files.createDirectories(INSTALLED);
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.toList()) {
                Files.copy(file, INSTALLED.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        try {
            Output output = run(400, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline");
            if (output.exitCode() != 0) {
                abort("npm could not install the clients: " + output.text());
            }
        } catch (IOException e) {
            abort("this machine has no Node.js with npm: " + e.getMessage());
        }
    }

    /** Both encodings, with and without gzip; the second time, other spans. */
    @ParameterizedTest
    @CsvSource({"spans-json, node-app", "spans-protobuf, node-app"})
    void exporter_spans_areAllStoredOnce(String scenario, String agent) throws Exception {
        long before = total(agent);
        long planner = total("node-app/planner");
        send(scenario);

        assertThat(total(agent) - before).isEqualTo(300);
        assertThat(total("node-app/planner") - planner).isEqualTo(1);
        JsonArray events = events("agent_instance_id=" + agent + "&status=error&resource=search&limit=3");
        assertThat(events).hasSize(3);
        JsonObject event = events.getJsonObject(0);
        assertThat(event.getString("parent_span_id")).matches("[0-9a-f]{16}");
        assertThat(event.getJsonObject("metadata").getJsonObject("attributes").getValue("app.count"))
                .isInstanceOf(Integer.class);
        assertThat(events.encode()).doesNotContain(CANARY);
    }

    @ParameterizedTest
    @CsvSource({"logs-json", "logs-protobuf"})
    void exporter_logs_areAllStoredOnce(String scenario) throws Exception {
        long before = total("claude-code");
        send(scenario);

        assertThat(total("claude-code") - before).isEqualTo(300);
        long session = server.client()
                .getJson("/v1/sessions/node-session?limit=1")
                .getJsonObject("summary")
                .getLong("total");
        assertThat(session % 300).isZero();
    }

    @Test
    void vercelAi_modelThatCallsATool_isThreeEvents() throws Exception {
        send("vercel");

        assertThat(actions(events("agent_instance_id=node-app/forecast")))
                .containsExactly(
                        "api_call mock/mock-1 success", "tool_call weather success", "api_call mock/mock-1 success");
        JsonObject tool =
                events("agent_instance_id=node-app/forecast&resource=weather").getJsonObject(0);
        assertThat(tool.getJsonObject("metadata").getJsonObject("tool").getJsonObject("arguments"))
                .isEqualTo(new JsonObject().put("city", "Paris"));
    }

    @Test
    void openInference_agentWithTools_isTheirSteps() throws Exception {
        send("openinference");

        assertThat(actions(events("filter=meta.otel.emitter:openinference")))
                .containsExactlyInAnyOrder(
                        "api_call invoke_agent planner success", "tool_call search success", "tool_call fetch error");
    }

    @Test
    void mcp_callsOverStdio_areToolCalls() throws Exception {
        send("mcp");

        assertThat(actions(events("filter=meta.otel.emitter:mcp")))
                .containsExactlyInAnyOrder("tool_call add success", "tool_call fail error");
    }

    /** The same message in three modes is one event. */
    @Test
    void cloudEvents_everyMode_isStoredOnce() throws Exception {
        String answers = send("cloudevents");

        assertThat(answers.lines().map(line -> line.substring(0, 3))).containsExactly("201", "201", "201", "201");
        assertThat(answers.lines().toList().get(1)).contains("\"status\":\"duplicate\"");
        assertThat(answers.lines().toList().get(2)).contains("\"captured\":1,\"duplicate\":1");
        JsonArray orders = events("agent_instance_id=/shop/orders");
        assertThat(orders).hasSize(2);
        assertThat(orders.encode()).contains("Bestellung für Köln").doesNotContain(CANARY);
        assertThat(actions(events("agent_instance_id=billing-7"))).containsExactly("tool_call refund denied");
    }

    private String send(String scenario) throws Exception {
        Output output = run(
                120,
                "node",
                "clients.mjs",
                scenario,
                "http://127.0.0.1:" + server.client().port());
        assertThat(output.exitCode()).as(output.text()).isZero();
        return output.text();
    }

    private long total(String agent) {
        return server.client()
                .getJson("/v1/agents/" + agent.replace("/", "%2F") + "/events?limit=1")
                .getLong("total", 0L);
    }

    private JsonArray events(String query) {
        return server.client().getJson("/v1/events?" + query).getJsonArray("events");
    }

    /** Newest first. */
    private static List<String> actions(JsonArray events) {
        List<String> actions = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            JsonObject event = events.getJsonObject(i);
            actions.add(event.getString("action_type")
                    + ' '
                    + event.getString("resource")
                    + ' '
                    + event.getString("status"));
        }
        return actions;
    }

    private record Output(int exitCode, String text) {}

    /** Sigstore's code for checkpoints and inclusion proofs knows nothing of this server. */
    @Test
    void proof_ofAnEvent_isAcceptedBySigstore() throws Exception {
        String id = new JsonObject(server.client()
                        .post("application/json", SampleEvents.any())
                        .body())
                .getString("event_id");
        Path proof = Files.writeString(
                INSTALLED.resolve("event.tlog-proof"),
                server.client().get("/v1/events/" + id + "/proof?wait=10s").body());
        String key = server.client().get("/log/key").body().lines().findFirst().orElseThrow();

        Output output = run(60, "node", "verify-proof.mjs", proof.getFileName().toString(), key);

        assertThat(output.text().lines()).containsExactly("verified", "refused");
        assertThat(output.exitCode()).isZero();
    }

    private static Output run(int seconds, String... command) throws IOException, InterruptedException {
        Path text = Files.createTempFile("node-clients", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(INSTALLED.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(text.toFile())
                    .start();
            boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly().waitFor();
            }
            return new Output(ended ? process.exitValue() : -1, Files.readString(text, StandardCharsets.UTF_8));
        } finally {
            Files.delete(text);
        }
    }
}
