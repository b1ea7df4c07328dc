package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.ServerProcess;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A failed start prints one line that names what to change. */
final class StartIT {
    @TempDir
    private Path directory;

    @Test
    void start_portTaken_isRefused() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertRefused(1, "PORT " + taken.getLocalPort(), Map.of("PORT", Integer.toString(taken.getLocalPort())));
        }
    }

    @Test
    void start_wrongValue_isRefused() throws Exception {
        assertRefused(2, "PORT=eighty is not valid: must be an integer from 0 to 65535", Map.of("PORT", "eighty"));
    }

    @Test
    void start_basePathOfTheServer_isRefused() throws Exception {
        assertRefused(
                2,
                "BASE_PATH=/v1 is not valid: must not begin with /v1, a path of the server",
                Map.of("BASE_PATH", "/v1"));
    }

    @Test
    void start_authNoneWithToken_isRefused() throws Exception {
        assertRefused(2, "AUTH=none is not valid: API_TOKEN is set", Map.of("API_TOKEN", "hunter2", "AUTH", "none"));
    }

    @Test
    void start_withoutCredentials_staysOnLoopbackAndLogsItOnce() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, Map.of("HOST", "0.0.0.0"))) {
            assertThat(server.output())
                    .containsOnlyOnce(" WARN ")
                    .contains("no authentication effect=\"listening on this machine only\" host=127.0.0.1")
                    .contains("ready url=http://127.0.0.1:");
        }
    }

    @Test
    void start_withToken_listensOnTheConfiguredHost() throws Exception {
        Map<String, String> environment = Map.of("HOST", "0.0.0.0", "API_TOKEN", "sixteen-characters");
        try (ServerProcess server = ServerProcess.start(directory, environment)) {
            assertThat(server.output()).doesNotContain(" WARN ").contains("ready url=http://0.0.0.0:");
        }
    }

    @Test
    void start_authNone_listensOnTheConfiguredHostAndWarns() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, Map.of("HOST", "0.0.0.0", "AUTH", "none"))) {
            assertThat(server.output())
                    .containsOnlyOnce(" WARN ")
                    .contains("listening beyond this machine host=0.0.0.0 authentication=none");
        }
    }

    /**
     * The one library is a dependency that nothing compiles against, and without the other one the driver unpacks its
     * own into the directory of temporary files: so only this notices when they are gone.
     */
    @Test
    @EnabledOnOs(OS.LINUX)
    void start_onLinux_usesTheNativeLibrariesOfTheBuild() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            assertThat(server.output()).contains(" transport=epoll ");
            assertThat(Path.of("/proc/" + server.pid() + "/maps"))
                    .content()
                    .contains(
                            Path.of("target/lib/native/Linux").toAbsolutePath().toString());
        }
    }

    @Test
    void start_onAnIpv6Address_logsAUrl() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, Map.of("HOST", "::1"))) {
            assertThat(server.output()).contains("ready url=http://[::1]:");
        }
    }

    /** Smaller than the heap that the launcher would begin with. */
    @Test
    void start_withASmallHeap_starts() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, Map.of("JAVA_OPTS", "-Xmx96m"))) {
            assertThat(server.output()).contains("ready url=");
        }
    }

    @Test
    void start_envFileWithAMisspelledName_isRefused() throws Exception {
        Path file = Files.writeString(directory.resolve("sentinel.env"), "PORT=0\nAPI_TOKN=hunter2\n");

        assertRefused(
                2,
                "API_TOKN=*** is not valid: is unknown; write API_TOKEN",
                Map.of("SENTINEL_ENV_FILE", file.toString()));
    }

    @Test
    void start_wrongPostgresUrl_isRefusedWithoutThePassword() throws Exception {
        assertRefused(
                2, "DATABASE_URL=postgresql://*** ", Map.of("DATABASE_URL", "postgresql://me:hunter2@db/x?sslmode=on"));
    }

    @Test
    void start_postgresDoesNotListen_isRefused() throws Exception {
        assertRefused(
                1,
                "postgresql://me@127.0.0.1:1/x: Connection refused",
                Map.of("DATABASE_URL", "postgresql://me:hunter2@127.0.0.1:1/x"));
    }

    @Test
    void start_logIsNoDatabase_isRefused() throws Exception {
        Files.writeString(directory.resolve("sentinel_audit.db"), "no database at all".repeat(1_000));

        assertRefused(1, "the file is not an SQLite database", Map.of());
    }

    @Test
    void start_directoryCannotBeCreated_isRefused() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        assertRefused(
                1, "cannot be created", Map.of("DATA_DIR", file.resolve("below").toString()));
    }

    @Test
    void start_logIsReadOnly_isRefused() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            server.terminate();
        }
        directory.resolve("sentinel_audit.db").toFile().setReadOnly();

        assertRefused(OrdinaryUser.launcher(directory), 1, "read-only for this user", Map.of());
    }

    @Test
    void start_directoryIsReadOnly_isRefused() throws Exception {
        List<String> launcher = OrdinaryUser.launcher(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-xr-x"));

        assertRefused(launcher, 1, "permission denied", Map.of());
    }

    @Test
    void start_secondProcess_isRefused() throws Exception {
        try (ServerProcess running = ServerProcess.start(directory, Map.of())) {
            assertRefused(1, "another process uses this database", Map.of());
            assertThat(running.client().get("/health/live").statusCode()).isEqualTo(200);
        }
    }

    private void assertRefused(int exitCode, String reason, Map<String, String> environment) throws Exception {
        assertRefused(List.of(), exitCode, reason, environment);
    }

    private void assertRefused(List<String> launcher, int exitCode, String reason, Map<String, String> environment)
            throws Exception {
        ServerProcess.Refusal refusal = ServerProcess.refused(launcher, directory, environment);

        List<String> lines = refusal.output().lines().toList();
        assertThat(refusal.exitCode()).as(refusal.output()).isEqualTo(exitCode);
        assertThat(lines).as("one line").hasSize(1);
        assertThat(lines.get(0)).contains("ERROR").contains(reason).doesNotContain("hunter2");
    }
}
