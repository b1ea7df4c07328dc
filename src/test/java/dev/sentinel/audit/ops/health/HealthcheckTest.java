package dev.sentinel.audit.ops.health;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code bin/healthcheck}, with each of its HTTP clients. */
final class HealthcheckTest {
    /** The installed programs. */
    enum Machine {
        WITH_CURL,
        BARE
    }

    private record Result(int exitCode, String output) {}

    @TempDir
    private Path directory;

    private Path programs;

    @BeforeEach
    void installPrograms() throws IOException {
        programs = Files.createDirectory(directory.resolve("bin"));
        Files.createSymbolicLink(programs.resolve("bash"), Path.of("/bin/bash"));
    }

    @ParameterizedTest
    @EnumSource
    void healthcheck_serverIsReady_exitsWith0(Machine machine) throws Exception {
        try (RunningServer server = start(Map.of())) {
            Result result = healthcheck(machine, port(server), "HOST=127.0.0.1");

            assertThat(result.output()).matches("ready: \\{\"status\":\"UP\".*}\n");
            assertThat(result.exitCode()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void healthcheck_serverListensEverywhere_asksLoopback(Machine machine) throws Exception {
        try (RunningServer server = start(Map.of())) {
            assertThat(healthcheck(machine, port(server), "HOST=0.0.0.0").exitCode())
                    .isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void healthcheck_serverIsNotReady_exitsWith1AndSaysWhy(Machine machine) throws Exception {
        try (RunningServer server = start(Map.of("MIN_FREE_BYTES", "1000000GiB"))) {
            Result result = healthcheck(machine, port(server), "HOST=127.0.0.1");

            assertThat(result.output()).matches("not ready: 503 \\{.*\"id\":\"disk\",\"status\":\"DOWN\".*}\n");
            assertThat(result.exitCode()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void healthcheck_nothingListens_exitsWith1(Machine machine) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }

        assertThat(healthcheck(machine, port, "HOST=127.0.0.1"))
                .isEqualTo(new Result(1, "not ready: no answer from http://127.0.0.1:" + port + "/health/ready\n"));
    }

    @ParameterizedTest
    @EnumSource
    void healthcheck_serverHangs_exitsWith1(Machine machine) throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Result result = healthcheck(machine, silent.getLocalPort(), "HOST=127.0.0.1");

            assertThat(result.output()).startsWith("not ready: no answer").hasLineCount(1);
            assertThat(result.exitCode()).isEqualTo(1);
        }
    }

    private RunningServer start(Map<String, String> environment) {
        return RunningServer.start(directory.resolve("data"), environment);
    }

    private static int port(RunningServer server) {
        return server.client().port();
    }

    /** Runs it with an env file, which names the port, and a variable. */
    private Result healthcheck(Machine machine, int port, String host) throws Exception {
        if (machine == Machine.WITH_CURL) {
            Files.createSymbolicLink(programs.resolve("curl"), Path.of("/usr/bin/curl"));
        }
        Path file = Files.writeString(directory.resolve("sentinel.env"), "PORT=" + port + "\n" + host + "\n");
        ProcessBuilder builder = new ProcessBuilder("bin/healthcheck").redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", programs.toString(), "SENTINEL_ENV_FILE", file.toString()));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Result(process.waitFor(), output);
    }
}
