package dev.sentinel.audit.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills agents that use a spill directory with SIGKILL while they record. */
final class AgentKillTest {
    private static final int EVENTS = 300;

    /** The first item of the second agent. The first agent may have recorded more items than it printed. */
    private static final int SECOND = 10_000;

    @TempDir
    private Path directory;

    @Test
    void kill_withAndWithoutServer_nextStartDeliversAllRecorded() throws Exception {
        Path spill = directory.resolve("spill");
        try (RunningServer server = RunningServer.start(directory.resolve("data"));
                ServerSocket silent = new ServerSocket(0)) {
            String url = "http://127.0.0.1:" + server.client().port();
            int one = recordUntilKilled(url, spill, 0);
            int two = recordUntilKilled("http://127.0.0.1:" + silent.getLocalPort(), spill, SECOND);
            assertThat(stored(server)).doesNotContain("item-" + two);

            ClientStats stats;
            try (AuditClient next = AuditClient.builder()
                    .endpoint(url)
                    .agentInstanceId("killed")
                    .spill(spill)
                    .build()) {
                assertThat(next.flush(Duration.ofSeconds(20))).isTrue();
                stats = next.stats();
            }

            assertThat(stored(server))
                    .doesNotHaveDuplicates()
                    .containsAll(items(0, one))
                    .containsAll(items(SECOND, two));
            assertThat(stats.recovered()).isGreaterThanOrEqualTo(EVENTS).isEqualTo(stats.sent());
            assertThat(stats.dropped() + stats.rejected()).isZero();
        }
    }

    private static List<String> items(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(item -> "item-" + item).toList();
    }

    /** Returns the number of the last event that the agent reported. */
    private static int recordUntilKilled(String url, Path spill, int from) throws Exception {
        Process agent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-cp",
                        "target/classes:target/test-classes",
                        KilledAgent.class.getName(),
                        url,
                        spill.toString(),
                        "killed",
                        Integer.toString(from))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader output = agent.inputReader(UTF_8)) {
            int last = -1;
            String line;
            while ((line = output.readLine()) != null) {
                last = Integer.parseInt(line);
                if (last == from + EVENTS) {
                    assertThat(recoverable(spill))
                            .as("events taken over from a running process")
                            .isZero();
                    // Killed by its handle, so that its output until then can still be read.
                    agent.toHandle().destroyForcibly();
                }
            }
            assertThat(last).isGreaterThanOrEqualTo(from + EVENTS);
            return last;
        } finally {
            agent.destroyForcibly().onExit().join();
        }
    }

    /** The number of events that a client of this process would take over now. */
    private static long recoverable(Path spill) throws IOException {
        try (SpillBuffer other = SpillBuffer.open(spill, 1024 * 1024, new Ledger(new AuditListener() {}))) {
            return other.recover();
        }
    }

    private static List<String> stored(RunningServer server) {
        List<String> resources = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            JsonObject page = server.client().getJson("/v1/events?trace_id=killed&limit=1000" + cursor);
            page.getJsonArray("events").forEach(event -> resources.add(((JsonObject) event).getString("resource")));
            String next = page.getString("next_cursor");
            cursor = next == null ? null : "&cursor=" + next;
        }
        return resources;
    }
}
