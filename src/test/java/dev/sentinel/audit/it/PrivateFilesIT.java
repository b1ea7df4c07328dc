package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sentinel.audit.Command;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Other users of the machine have no access to events, keys and copies, and cannot disturb the server through files.
 */
@Timeout(120)
final class PrivateFilesIT {
    /** Readable by all, as directories of services usually are. */
    @TempDir
    private Path open;

    @Test
    void files_ofAWideDirectory_areRestrictedWithOneLine() throws Exception {
        Path data = Files.createDirectory(open.resolve("data"));
        try (ServerProcess server = ServerProcess.start(data, Map.of())) {
            server.client().post("application/json", SampleEvents.any());
        }
        widen(data);

        try (ServerProcess server = ServerProcess.start(data, Map.of())) {
            server.client().post("application/json", SampleEvents.any());
            assertThat(server.output().lines().filter(line -> line.contains("access restricted")))
                    .singleElement()
                    .asString()
                    .contains("data 755 to 700", "sentinel_audit.db 644 to 600", "reason=\"other users had access\"");
            assertPrivate(data);
        }
        try (ServerProcess server = ServerProcess.start(data, Map.of())) {
            assertThat(server.output()).as("once").doesNotContain("access restricted");
        }
    }

    @Test
    void commands_withAWideUmask_createPrivateFiles() throws Exception {
        Path data = open.resolve("new/data");
        assertThat(Command.run(data, "keys", "create", "--name", "n").exitCode())
                .isZero();
        try (ServerProcess server = ServerProcess.start(data, Map.of("AUTH", "none"))) {
            server.client().post("application/json", SampleEvents.any());
            assertThat(Command.run(data, "backup").exitCode()).isZero();
            assertPrivate(open.resolve("new"));
        }
    }

    @Test
    void jar_withoutBin_createsPrivateFiles() throws Exception {
        Path data = open.resolve("jar");
        Process server = new ProcessBuilder(
                        "bash",
                        "-c",
                        "umask 022; DATA_DIR=%s PORT=0 exec %s -jar target/sentinel-audit.jar serve"
                                .formatted(data, Path.of(System.getProperty("java.home"), "bin", "java")))
                .redirectErrorStream(true)
                .start();
        try (var lines = server.inputReader(StandardCharsets.UTF_8)) {
            assertThat(lines.lines().anyMatch(line -> line.contains(" ready url=")))
                    .isTrue();
            assertPrivate(data);
        } finally {
            server.destroyForcibly().waitFor();
        }
    }

    @Test
    void anotherUser_cannotOpenAnyFile() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can become another user");
        Path data = Files.createDirectory(open.resolve("data"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (ServerProcess server = ServerProcess.start(data, Map.of())) {
            server.client().post("application/json", SampleEvents.any());
            // Who can open a file for reading can lock it, too, and so stop all writes.
            assertThat(asNobody("cat", data.resolve("sentinel_audit.db-shm").toString()))
                    .contains("Permission denied");
            // The directory alone must not be all that protects them.
            Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
            try (Stream<Path> files = Files.list(data)) {
                for (Path file : files.toList()) {
                    assertThat(asNobody("cat", file.toString())).contains("Permission denied");
                }
            }
        }
    }

    private static String asNobody(String... command) throws Exception {
        List<String> whole = new ArrayList<>(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        whole.addAll(List.of(command));
        Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    private static void widen(Path directory) throws Exception {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.toList()) {
                Files.setPosixFilePermissions(
                        file, PosixFilePermissions.fromString(Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }

    private static void assertPrivate(Path directory) throws Exception {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------");
            }
        }
    }
}
