package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sentinel.audit.Command;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Links to the files of a server, which a user of the machine may have made. */
@Timeout(120)
final class LinksIT {
    @TempDir
    private Path parent;

    @Test
    void secondServer_onALinkToTheLog_isRefused() throws Exception {
        Path one = Files.createDirectory(parent.resolve("one"));
        Path symbolic = Files.createDirectory(parent.resolve("symbolic"));
        Path hard = Files.createDirectory(parent.resolve("hard"));
        try (ServerProcess server = ServerProcess.start(one, Map.of())) {
            Path log = one.resolve("sentinel_audit.db");
            Files.createSymbolicLink(symbolic.resolve("sentinel_audit.db"), log);
            ServerProcess.Refusal linked = ServerProcess.refused(symbolic, Map.of());
            Files.createLink(hard.resolve("sentinel_audit.db"), log);
            ServerProcess.Refusal named = ServerProcess.refused(hard, Map.of());

            assertThat(linked.exitCode()).isEqualTo(1);
            assertThat(linked.output()).contains("another process uses this database");
            assertThat(named.exitCode()).isEqualTo(1);
            assertThat(named.output()).contains("has 2 names (hard links)");
            assertThat(server.client()
                            .post("application/json", SampleEvents.any())
                            .statusCode())
                    .isEqualTo(201);
        }
    }

    /** Whoever owns the directory could put a link in place of a file that root then gives away. */
    @Test
    void commands_asRoot_onADirectoryOfAnotherUser_areRefused() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root is refused");
        Path data = Files.createDirectory(parent.resolve("data"));
        Path copies = Files.createDirectory(parent.resolve("copies"));
        try (ServerProcess server = ServerProcess.start(data, Map.of())) {
            server.client().post("application/json", SampleEvents.any());
            assertThat(server.terminate()).isZero();
        }
        String copy =
                Command.run(data, "backup", "--to", copies.toString()).out().strip();
        OrdinaryUser.launcher(data);
        Path victim = Files.writeString(parent.resolve("victim"), "root's");
        Files.createSymbolicLink(data.resolve("sentinel_audit.db.restoring"), victim);
        Map<String, String> before = contents(data);

        for (String[] arguments : new String[][] {
            {"restore", copy},
            {"backup", "--to", copies.toString()},
            {"keys", "list"},
            {"migrate", "--from", "sqlite:sentinel_audit.db", "--to", "sqlite://" + copies.resolve("x.db")},
        }) {
            Command command = Command.run(data, arguments);
            assertThat(command.exitCode()).as(command.err()).isEqualTo(1);
            assertThat(command.err().lines())
                    .singleElement()
                    .asString()
                    .contains(arguments[0] + " must not run as root", "sudo -u nobody bin/sentinel " + arguments[0]);
        }

        assertThat(contents(data)).isEqualTo(before);
        assertThat(victim).hasContent("root's");
        assertThat(Files.getOwner(victim).getName()).isEqualTo("root");
    }

    @Test
    void restore_asTheUserOfTheServer_works() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can become another user");
        Path data = Files.createDirectory(parent.resolve("data"));
        Path copies = Files.createDirectory(parent.resolve("copies"));
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (ServerProcess server = ServerProcess.start(data, Map.of())) {
            server.client().post("application/json", SampleEvents.any());
        }
        Path copy = Path.of(
                Command.run(data, "backup", "--to", copies.toString()).out().strip());
        OrdinaryUser.launcher(data);
        List<String> launcher = OrdinaryUser.launcher(copies);

        ProcessBuilder builder = new ProcessBuilder(
                        Stream.concat(launcher.stream(), Stream.of("bin/sentinel", "restore", copy.toString()))
                                .toList())
                .redirectErrorStream(true);
        builder.environment().put("DATA_DIR", data.toString());
        Process restore = builder.start();
        String output = new String(restore.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(restore.waitFor()).as(output).isZero();
        assertThat(output).contains("Restored 1 events");
        try (Stream<Path> files = Files.list(data)) {
            assertThat(files.toList())
                    .allSatisfy(file -> assertThat(Files.getOwner(file, LinkOption.NOFOLLOW_LINKS)
                                    .getName())
                            .isEqualTo("nobody"));
        }
    }

    private static Map<String, String> contents(Path directory) throws Exception {
        Map<String, String> contents = new HashMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                contents.put(
                        file.getFileName().toString(),
                        Files.getOwner(file, LinkOption.NOFOLLOW_LINKS) + " "
                                + Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS));
            }
        }
        return contents;
    }
}
