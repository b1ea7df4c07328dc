package dev.sentinel.audit.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the README and of the guides, as they stand there: each document with a new server. */
final class ReadmeIT {
    private static final Path GUIDES = Path.of("src/site/markdown");
    private static final Pattern COMMANDS = Pattern.compile("^```bash\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    @TempDir
    private Path directory;

    @Test
    void readme_commands_doWhatTheySay() throws Exception {
        List<String> outputs = run(Path.of("README.md"));

        assertThat(outputs).hasSize(4);
        assertThat(outputs.get(0)).contains("\"status\":\"captured\",\"seq\":0,");
        assertThat(outputs.get(1)).isEqualTo("{\"captured\":2854,\"duplicate\":0,\"rejected\":[]}");
        assertThat(outputs.get(2)).contains("\"status\":\"error\"").doesNotContain("about:blank");
        assertThat(outputs.get(3)).containsPattern("^# complete: \\d+ events");
    }

    @Test
    void api_commands_doWhatTheySay() throws Exception {
        List<String> outputs = run(GUIDES.resolve("api.md"));

        assertThat(outputs).hasSize(6).noneMatch(output -> output.contains("about:blank"));
        assertThat(outputs.get(0)).contains("\"status\":\"captured\",\"seq\":0,");
        assertThat(outputs.get(1)).isEqualTo("{\"captured\":2854,\"duplicate\":0,\"rejected\":[]}");
        assertThat(outputs.get(2))
                .contains("\"agent_instance_id\":\"billing-agent-7\"", "\"by_status\":", "\"last_seen\":");
        assertThat(outputs.get(3)).contains("\"top_agents\":");
        assertThat(outputs.get(4)).contains("\"status\":\"denied\"").doesNotContain("\"status\":\"error\"");
        assertThat(outputs.get(5))
                .containsPattern("^\\{\"export\":\\{\"events\":\\d+,\"complete\":true,.*\n# complete: \\d+ events");
    }

    @Test
    void monitoring_commands_showAReadyServer() throws Exception {
        List<String> outputs = run(GUIDES.resolve("monitoring.md"));

        assertThat(outputs).hasSize(2);
        assertThat(outputs.get(0)).contains("\"UP\"").doesNotContain("DOWN");
        assertThat(outputs.get(1)).contains("sentinel_events_total{outcome=\"captured\"} 0.0");
    }

    @Test
    void security_commands_redactAndUseKeys() throws Exception {
        List<String> outputs = run(GUIDES.resolve("security.md"));

        assertThat(outputs).hasSize(3);
        assertThat(outputs.get(0))
                .contains("?api_key=[REDACTED]", "\"authorization\":\"[REDACTED]\",\"max_tokens\":100")
                .doesNotContain("8f2c1d");
        assertThat(outputs.get(1)).contains("snt_", "billing-*", "auditor");
        assertThat(outputs.get(2)).contains("\"events\":[", "\"resource\":\"keys.create\"");
    }

    @Test
    void deploy_commands_backUpAndReadTheLog() throws Exception {
        List<String> outputs = run(GUIDES.resolve("deploy.md"));

        assertThat(outputs).hasSize(2);
        assertThat(outputs.get(0)).contains(directory.resolve("backups").toString());
    }

    @Test
    void dashboard_commands_sendADay() throws Exception {
        assertThat(run(GUIDES.resolve("dashboard.md")))
                .singleElement()
                .asString()
                .contains("Sent ", "/ui/");
    }

    /** Runs all commands of a document, in order, and returns what each block has written. */
    private List<String> run(Path document) throws Exception {
        List<String> blocks = COMMANDS.matcher(Files.readString(document))
                .results()
                .map(block -> block.group(1))
                .toList();
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            String address = "localhost:" + server.client().port();
            return blocks.stream()
                    .map(block -> run(block.replace("localhost:8000", address)))
                    .toList();
        }
    }

    private String run(String commands) {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder("bash", "-euo", "pipefail", "-c", commands).redirectErrorStream(true);
            builder.environment().put("DATA_DIR", directory.toString());
            Process shell = builder.start();
            String output = new String(shell.getInputStream().readAllBytes(), UTF_8);
            assertThat(shell.waitFor()).as(output).isZero();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
