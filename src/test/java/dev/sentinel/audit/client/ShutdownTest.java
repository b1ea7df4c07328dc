package dev.sentinel.audit.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import java.lang.reflect.Field;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs agents, each in a JVM of its own, that end without closing their client. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ShutdownTest {
    private RunningServer server;

    @BeforeAll
    void startServer(@TempDir Path directory) {
        server = RunningServer.start(directory);
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"default, return, 20", "default, exit, 20", "true, return, 20", "false, return, 0"})
    void main_endsWithoutClose_sendsTheTailUnlessSwitchedOff(String closes, String end, int stored) throws Exception {
        String trace = "unclosed-" + closes + "-" + end;
        run("http://127.0.0.1:" + server.client().port(), trace, closes, end);

        assertThat(server.client()
                        .getJson("/v1/events?limit=1000&trace_id=" + trace)
                        .getJsonArray("events"))
                .hasSize(stored);
    }

    @Test
    void main_endsWhileTheServerIsSilent_waitsForTheCloseTimeoutOnly() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            Duration took = run("http://127.0.0.1:" + silent.getLocalPort(), "silent", "default", "return");

            assertThat(took).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(20));
        }
    }

    @Test
    void close_byTheAgent_removesTheShutdownHook() throws Exception {
        Field field = AuditClient.class.getDeclaredField("shutdownHook");
        field.setAccessible(true);
        AuditClient audit = AuditClient.builder().agentInstanceId("a").build();
        Thread hook = (Thread) field.get(audit);
        assertThat(hook).isNotNull();
        audit.close();

        assertThat(Runtime.getRuntime().removeShutdownHook(hook))
                .as("still registered")
                .isFalse();
    }

    @Test
    void build_closeOnShutdownOff_registersNoHook() throws Exception {
        Field field = AuditClient.class.getDeclaredField("shutdownHook");
        field.setAccessible(true);
        try (AuditClient audit = AuditClient.builder()
                .agentInstanceId("a")
                .closeOnShutdown(false)
                .build()) {
            assertThat(field.get(audit)).isNull();
        }
    }

    /** Returns how long the agent took to end after its start. */
    private static Duration run(String url, String trace, String closes, String end) throws Exception {
        long start = System.nanoTime();
        Process agent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        "target/classes:target/test-classes",
                        UnclosedAgent.class.getName(),
                        url,
                        trace,
                        closes,
                        end)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(agent.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(agent.exitValue()).isZero();
            return Duration.ofNanos(System.nanoTime() - start);
        } finally {
            agent.destroyForcibly();
        }
    }
}
