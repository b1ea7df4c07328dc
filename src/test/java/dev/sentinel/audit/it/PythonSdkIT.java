package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sentinel.audit.ServerProcess;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The delivered Python SDK with the packaged server. */
@Timeout(120)
final class PythonSdkIT {
    private static final Pattern EXAMPLE =
            Pattern.compile("^```python\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern RETRIES = Pattern.compile("^sentinel_sdk_retries_total (\\S+)$", Pattern.MULTILINE);

    @TempDir
    private static Path directory;

    private static Python python;
    private static ServerProcess shared;

    @BeforeAll
    static void start() throws Exception {
        python = Python.withSdk(directory);
        shared = ServerProcess.start(directory.resolve("shared"), Map.of());
    }

    @AfterAll
    static void stop() {
        if (shared != null) {
            shared.close();
        }
    }

    /**
     * Runs each test of {@code src/test/python}; a test that is skipped there is aborted here. All of them together
     * take a minute of processor time, so the deadline is longer than those of single tests.
     */
    @TestFactory
    @Timeout(300)
    Stream<DynamicTest> tests_ofTheSdk() throws Exception {
        Process tests = python.start(shared.client().port(), "src/test/python/run_tests.py");
        try (BufferedReader out = tests.inputReader()) {
            Stream<DynamicTest> reported = out.lines().toList().stream().map(PythonSdkIT::reported);
            DynamicTest all = DynamicTest.dynamicTest(
                    "all", () -> assertThat(tests.waitFor()).isZero());
            return Stream.concat(reported, Stream.of(all));
        } finally {
            tests.destroyForcibly();
        }
    }

    private static DynamicTest reported(String line) {
        JsonNode report;
        try {
            report = AgentRuns.JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError(line, e);
        }
        String detail = report.get("detail").asText();
        return DynamicTest.dynamicTest(report.get("test").asText(), () -> {
            String outcome = report.get("outcome").asText();
            assumeThat(outcome).as(detail).isNotEqualTo("skipped");
            assertThat(outcome).as(detail).isEqualTo("passed");
        });
    }

    @Test
    void agentRuns_serverKilledTwice_areStoredExactlyOnce() throws Exception {
        Path data = directory.resolve("data");
        ServerProcess server = ServerProcess.start(data, Map.of());
        int port = server.client().port();
        Process agent = python.start(
                port, "src/test/python/replay.py", "http://127.0.0.1:" + port, "src/test/resources/agent-runs.ndjson");
        try (BufferedReader out = agent.inputReader();
                BufferedWriter in = agent.outputWriter()) {
            for (int kill = 0; kill < 2; kill++) {
                assertThat(out.readLine()).isEqualTo("kill");
                server.kill();
                answer(in);
                assertThat(out.readLine()).isEqualTo("start");
                server = ServerProcess.start(data, Map.of("PORT", Integer.toString(port)));
                answer(in);
            }
            JsonNode stats = AgentRuns.JSON.readTree(out.readLine());
            assertThat(agent.waitFor(30, TimeUnit.SECONDS)).isTrue();

            assertThat(stats.get("sent").asInt()).isEqualTo(AgentRuns.COUNT);
            assertThat(stats.get("retried").asInt()).isGreaterThanOrEqualTo(2);
            assertThat(AgentRuns.walk(server, "/v1/events?limit=1000"))
                    .hasSize(AgentRuns.COUNT)
                    .doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(
                            AgentRuns.lines().stream().map(PythonSdkIT::eventId).toList());
            Matcher retries = RETRIES.matcher(server.client().get("/metrics").body());
            assertThat(retries.find()).isTrue();
            assertThat(Double.parseDouble(retries.group(1))).isPositive();
        } finally {
            agent.destroyForcibly();
            server.close();
        }
    }

    private static void answer(BufferedWriter in) throws Exception {
        in.write("done\n");
        in.flush();
    }

    private static String eventId(String line) {
        return line.substring(line.indexOf("\":\"") + 3, line.indexOf("\":\"") + 39);
    }

    @Test
    void example_ofTheReadme_recordsTheCall() throws Exception {
        runFirstExample(Path.of("README.md"));

        assertThat(shared.client().get("/v1/agents/research-agent-1/events").body())
                .contains("\"total\":1", "\"resource\":\"web_search\"", "\"status\":\"success\"")
                .contains("\"trace_id\":\"run-44\"");
    }

    @Test
    void example_ofTheGuide_recordsWhatItSays() throws Exception {
        runFirstExample(Path.of("src/site/markdown/sdk-python.md"));

        assertThat(shared.client().get("/v1/agents/billing-agent-7/events").body())
                .contains("\"total\":3", "\"resource\":\"web_search\"", "\"status\":\"error\"")
                .contains("\"authorization\":\"[REDACTED]\"")
                .contains("\"trace_id\":\"run-42\"");
    }

    private static void runFirstExample(Path document) throws Exception {
        Matcher example = EXAMPLE.matcher(Files.readString(document));
        assertThat(example.find()).isTrue();
        int port = shared.client().port();
        Process run = python.start(port, "-c", example.group(1).replace("localhost:8000", "127.0.0.1:" + port));
        assertThat(run.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(run.exitValue()).isZero();
    }
}
