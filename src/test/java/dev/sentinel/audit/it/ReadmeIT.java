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

/** The commands of the README, as they stand there. */
final class ReadmeIT {
    private static final Pattern COMMANDS = Pattern.compile("^```bash\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    @Test
    void commands_all_doWhatTheySay(@TempDir Path directory) throws Exception {
        List<String> blocks = COMMANDS.matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(block -> block.group(1))
                .toList();
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            List<String> outputs = blocks.stream()
                    .map(block -> run(
                            directory,
                            block.replace(
                                    "localhost:8000",
                                    "localhost:" + server.client().port())))
                    .toList();

            assertThat(outputs).hasSize(6);
            assertThat(outputs.get(0)).contains("\"status\":\"captured\",\"seq\":0,");
            assertThat(outputs.get(1)).isEqualTo("{\"captured\":2854,\"duplicate\":0,\"rejected\":[]}");
            assertThat(outputs.get(2))
                    .contains(
                            "\"agent_instance_id\":\"billing-agent-7\"",
                            "\"by_status\":",
                            "\"last_seen\":",
                            "\"top_agents\":")
                    .doesNotContain("problem", "about:blank");
            assertThat(outputs.get(3))
                    .contains("\"UP\"", "sentinel_events_total{outcome=\"captured\"} 2855.0")
                    .doesNotContain("DOWN");
            assertThat(outputs.get(4))
                    .containsPattern("^\\{\"export\":\\{\"events\":\\d+,\"complete\":true,.*\n# complete: \\d+ events");
            assertThat(outputs.get(5)).contains("snt_", "billing-*", "auditor");
        }
    }

    private static String run(Path directory, String commands) {
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
