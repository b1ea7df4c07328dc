package dev.sentinel.audit.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.MarkdownDocument;
import dev.sentinel.audit.MarkdownDocument.Fence;
import dev.sentinel.audit.ServerProcess;
import dev.sentinel.audit.TestClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the README and of the guides, as they stand there, with the packaged server. */
final class GuidesIT {
    private static final Path CLIENT_JAR = Path.of("target/sentinel-audit-client.jar");
    private static final Pattern CLASS = Pattern.compile("^public (?:final )?class (\\w+)", Pattern.MULTILINE);
    private static final long TIMEOUT_SECONDS = 60;

    @TempDir
    private static Path directory;

    private static Checkout checkout;

    /** For the programs, which do not depend on each other. */
    private static ServerProcess shared;

    @BeforeAll
    static void start() throws Exception {
        checkout = Checkout.copy(directory.resolve("checkout"));
        shared = ServerProcess.start(directory.resolve("shared"), Map.of());
    }

    @AfterAll
    static void stop() {
        if (shared != null) {
            shared.close();
        }
    }

    /** The commands of one document run in order, on a new server, and their output is what the text says. */
    @TestFactory
    Stream<DynamicTest> commands_ofEachDocument_doWhatTheySay() {
        return MarkdownDocument.all().stream()
                .filter(document -> !document.tested("bash").isEmpty())
                .map(document -> DynamicTest.dynamicTest(document.toString(), () -> runCommands(document)));
    }

    private static void runCommands(MarkdownDocument document) throws Exception {
        String name = document.path().getFileName().toString();
        Path data = directory.resolve("data-" + name);
        List<String> outputs = new ArrayList<>();
        try (ServerProcess server = ServerProcess.start(data, Map.of())) {
            int port = server.client().port();
            awaitCheckpoint(server.client());
            for (Fence fence : document.tested("bash")) {
                ProcessBuilder shell =
                        new ProcessBuilder("bash", "-euo", "pipefail", "-c", local(fence, "localhost", port));
                shell.environment().put("DATA_DIR", data.toString());
                outputs.add(run(fence, shell));
            }
        }
        switch (name) {
            case "README.md" -> checkReadme(outputs);
            case "api.md" -> checkApi(outputs);
            case "connect.md" -> checkConnect(outputs);
            case "dashboard.md" ->
                assertThat(outputs).singleElement().asString().contains("Sent ", "/ui/");
            case "deploy.md" ->
                assertThat(outputs.get(0)).contains(data.resolve("backups").toString());
            case "evidence.md" -> assertThat(outputs).hasSize(2).allMatch(output -> output.contains("sentinel-log/"));
            case "monitoring.md" -> checkMonitoring(outputs);
            case "security.md" -> checkSecurity(outputs);
            default -> assertThat(outputs).as("a check of what %s shows", name).isEmpty();
        }
    }

    /** A server is ready before it has signed anything, and the first command may ask for that. */
    private static void awaitCheckpoint(TestClient client) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (client.get("/log/checkpoint").statusCode() != 200) {
            assertThat(System.nanoTime()).as("a checkpoint").isLessThan(deadline);
            LockSupport.parkNanos(10_000_000);
        }
    }

    private static void checkReadme(List<String> outputs) {
        assertThat(outputs).hasSize(6);
        assertThat(outputs.get(0)).contains("\"status\":\"captured\",\"seq\":0,");
        assertThat(outputs.get(1)).isEqualTo("{\"captured\":2854,\"duplicate\":0,\"rejected\":[]}");
        assertThat(outputs.get(2)).contains("\"status\":\"error\"", "{\"traces\":[{\"trace_id\":");
        assertThat(outputs.get(3)).containsPattern("^# complete: \\d+ events");
        assertThat(checkout.directory().resolve("event.tlog-proof")).content().startsWith("c2sp.org/tlog-proof@v1\n");
    }

    private static void checkConnect(List<String> outputs) {
        assertThat(outputs).hasSize(5);
        assertThat(outputs.subList(0, 4)).allMatch(String::isEmpty);
        assertThat(outputs.get(4)).contains("\"sources\":[");
    }

    private static void checkApi(List<String> outputs) {
        assertThat(outputs).hasSize(12);
        assertThat(outputs.get(0)).contains("\"status\":\"captured\",\"seq\":0,");
        assertThat(outputs.get(1)).isEqualTo("{\"captured\":2854,\"duplicate\":0,\"rejected\":[]}");
        assertThat(outputs.get(2)).contains("\"status\":\"captured\",\"seq\":2855,");
        assertThat(outputs.get(3)).contains("\"status\":\"captured\",\"seq\":2856,");
        assertThat(outputs.get(4))
                .contains("\"agent_instance_id\":\"billing-agent-7\"", "\"by_status\":", "\"last_seen\":");
        assertThat(outputs.get(5)).contains("{\"traces\":[{\"trace_id\":", "\"status\":\"error\"");
        assertThat(outputs.get(6)).contains("{\"events\":[{", "\"complete\":true");
        assertThat(outputs.get(7)).contains("\"top_agents\":");
        assertThat(outputs.get(8)).contains("\"complete\":true", "\"resource\":\"book_reservation\"");
        assertThat(outputs.get(9)).contains("\"seq\":0,", "\"next_after\":");
        assertThat(outputs.get(10)).contains("\"status\":\"denied\"").doesNotContain("\"status\":\"error\"");
        assertThat(outputs.get(11))
                .containsPattern("^\\{\"export\":\\{\"events\":\\d+,\"complete\":true,.*\n# complete: \\d+ events");
    }

    private static void checkMonitoring(List<String> outputs) {
        assertThat(outputs).hasSize(2);
        assertThat(outputs.get(0)).contains("\"UP\"").doesNotContain("DOWN");
        assertThat(outputs.get(1)).contains("sentinel_events_total{outcome=\"captured\"} 0.0");
    }

    private static void checkSecurity(List<String> outputs) {
        assertThat(outputs).hasSize(3);
        assertThat(outputs.get(0))
                .contains("?api_key=[REDACTED]", "\"authorization\":\"[REDACTED]\",\"max_tokens\":100")
                .doesNotContain("8f2c1d");
        assertThat(outputs.get(1)).contains("snt_", "billing-*", "auditor");
        assertThat(outputs.get(2)).contains("\"events\":[", "\"resource\":\"keys.create\"");
    }

    /** A program runs if it can; what has no {@code main} is compiled. */
    @TestFactory
    Stream<DynamicTest> java_all_compilesWithTheClientJarAndRuns() {
        return fences("java", fence -> {
            Path folder = Files.createDirectories(directory.resolve("java-" + fence.line()));
            Matcher name = CLASS.matcher(fence.code());
            assertThat(name.find()).as("%s is a whole class", fence).isTrue();
            Path source = folder.resolve(name.group(1) + ".java");
            Files.writeString(source, local(fence, "localhost", shared.client().port()));
            String jar = CLIENT_JAR.toAbsolutePath().toString();
            run(
                    fence,
                    new ProcessBuilder(
                            jdk("javac"), "-Xlint:all", "-Werror", "-d", folder.toString(), "-cp", jar, source + ""));
            if (fence.code().contains("static void main(")) {
                run(fence, new ProcessBuilder(jdk("java"), "-cp", jar + ":" + folder, name.group(1)));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> python_all_runsWithTheSdk() throws Exception {
        Python python = Python.withSdk(directory);
        return fences("python", fence -> {
            int port = shared.client().port();
            Process program = python.start(port, "-W", "error", "-c", local(fence, "127.0.0.1", port));
            assertThat(program.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(program.exitValue()).isZero();
        });
    }

    private static Stream<DynamicTest> fences(String language, Example example) {
        List<DynamicTest> tests = new ArrayList<>();
        for (MarkdownDocument document : MarkdownDocument.all()) {
            for (Fence fence : document.tested(language)) {
                tests.add(DynamicTest.dynamicTest(fence.toString(), () -> example.test(fence)));
            }
        }
        return tests.stream();
    }

    private interface Example {
        void test(Fence fence) throws Exception;
    }

    private static String local(Fence fence, String host, int port) {
        return fence.code().replace("localhost:8000", host + ":" + port);
    }

    /** Returns what it printed. It succeeds, and no answer is a problem. */
    private static String run(Fence fence, ProcessBuilder command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "output", ".txt");
        Process process = command.directory(checkout.directory().toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new AssertionError(fence + " did not end:\n" + Files.readString(output));
        }
        String text = Files.readString(output, UTF_8);
        assertThat(process.exitValue()).as("%s printed:%n%s", fence, text).isZero();
        assertThat(text).as(fence.toString()).doesNotContain("\"about:blank\"");
        return text;
    }

    private static String jdk(String tool) {
        return Path.of(System.getProperty("java.home"), "bin", tool).toString();
    }
}
