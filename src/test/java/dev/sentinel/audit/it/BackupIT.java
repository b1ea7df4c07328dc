package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.Command;
import dev.sentinel.audit.Ids;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Backups under load by the command line and by the sqlite3 program, and restores. */
@Timeout(120)
final class BackupIT {
    private static final int CLIENTS = 16;

    @TempDir
    private Path directory;

    @TempDir
    private Path copies;

    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

    @Test
    void backup_underLoad_holdsAcknowledgedEvents_andCanBeRestored() throws Exception {
        Set<String> before = new HashSet<>();
        Path copy = copyUnderLoad(() -> {
            before.addAll(acknowledged);
            Command command = Command.run(directory, "backup", "--to", copies.toString());
            assertThat(command.exitCode()).as(command.err()).isZero();
            return Path.of(command.out().strip());
        });
        Ids.assertContainsAll(restored(copy), before);
        assertThat(acknowledged).hasSizeGreaterThan(before.size());
    }

    @Test
    void sqlite3Backup_underLoad_comesBackToo() throws Exception {
        Path copy = copyUnderLoad(() -> {
            Path target = copies.resolve("by-hand.db");
            Process sqlite = new ProcessBuilder(
                            "sqlite3",
                            directory.resolve("sentinel_audit.db").toString(),
                            ".timeout 5000",
                            ".backup " + target)
                    .inheritIO()
                    .start();
            assertThat(sqlite.waitFor()).isZero();
            return target;
        });
        Ids.assertContainsAll(acknowledged, restored(copy));
    }

    @Test
    void restore_whileTheServerRuns_isRefused() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            assertThat(server.client()
                            .post("application/json", SampleEvents.any())
                            .statusCode())
                    .isEqualTo(201);
            Command backup = Command.run(directory, "backup", "--to", copies.toString());
            Command restore = Command.run(directory, "restore", backup.out().strip());
            assertThat(restore.exitCode()).isEqualTo(1);
            assertThat(restore.err())
                    .contains("another process uses this database")
                    .doesNotContain("Exception");
            assertThat(AgentRuns.walk(server, "/v1/events?agent_instance_id=agent-1"))
                    .hasSize(1);
        }
    }

    @Test
    void restore_keepsTheOldLog_andIsCaptured() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            server.client().post("application/json", SampleEvents.any());
        }
        Path copy = Path.of(Command.run(directory, "backup", "--to", copies.toString())
                .out()
                .strip());
        Command restore = Command.run(directory, "restore", copy.toString());
        assertThat(restore.exitCode()).as(restore.err()).isZero();
        assertThat(restore.out()).contains("Restored 1 events", "The old log is");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.filter(file -> file.toString().contains("sentinel_audit.db.before-")))
                    .isNotEmpty();
        }
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (AgentRuns.walk(server, "/v1/agents/sentinel/events").size() < 2) {
                assertThat(System.nanoTime()).isLessThan(deadline);
            }
            assertThat(server.client().get("/v1/agents/sentinel/events").body())
                    .contains("\"backup.restore\"", "\"backup.create\"");
        }
    }

    /** The events are valid, so only the checkpoint shows it. */
    @Test
    void restore_copyThatWasEdited_isRefusedByTheCheckpointBesideIt() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            server.client().post("application/json", SampleEvents.any());
            // The last checkpoint is signed at the stop.
            assertThat(server.terminate()).isZero();
        }
        Path copy = Path.of(Command.run(directory, "backup", "--to", copies.toString())
                .out()
                .strip());
        assertThat(new ProcessBuilder("sqlite3", copy.toString(), "UPDATE audit_events SET status = 'denied'")
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();

        Command restore = Command.run(directory, "restore", copy.toString());

        assertThat(restore.exitCode()).isEqualTo(1);
        assertThat(restore.err().lines()).singleElement().asString().contains("ALTERED");
    }

    @Test
    void restore_any_goesOnUnderTheNextNumber() throws Exception {
        SeenCheckpoints checkpoints = new SeenCheckpoints();
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            server.client().post("application/json", SampleEvents.any());
            assertThat(server.terminate()).isZero();
        }
        Path copy = Path.of(Command.run(directory, "backup", "--to", copies.toString())
                .out()
                .strip());
        assertThat(Command.run(directory, "restore", copy.toString()).out()).contains("/2,");

        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            checkpoints.assertNoFork(server.client());
            assertThat(server.client().get("/log/checkpoint").body().lines())
                    .first()
                    .asString()
                    .endsWith("/2");
            assertThat(server.client().get("/v1/log").body()).contains("\"signing\"");
        }
    }

    @Test
    void restore_damagedCopy_isRefusedAndChangesNothing() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            for (int i = 0; i < 200; i++) {
                server.client().post("application/json", SampleEvents.any());
            }
        }
        Path copy = Path.of(Command.run(directory, "backup", "--to", copies.toString())
                .out()
                .strip());
        byte[] bytes = Files.readAllBytes(copy);
        Arrays.fill(bytes, 3 * 4096, 4 * 4096, (byte) 7);
        Files.write(copy, bytes, StandardOpenOption.TRUNCATE_EXISTING);
        byte[] log = Files.readAllBytes(directory.resolve("sentinel_audit.db"));

        Command restore = Command.run(directory, "restore", copy.toString());
        assertThat(restore.exitCode()).isEqualTo(1);
        assertThat(restore.err()).contains("damaged");
        assertThat(directory.resolve("sentinel_audit.db")).hasBinaryContent(log);
        assertThat(Command.run(
                                directory,
                                "restore",
                                directory.resolve("sentinel_audit.keys.db").toString())
                        .err())
                .contains("is not a log that this version");
    }

    /** As somebody could prepare it who has a disk with backups for a moment. */
    @Test
    void restore_copyWithATrigger_isRefusedInOneLineAndChangesNothing() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            server.client().post("application/json", SampleEvents.any());
            server.terminate();
        }
        Path copy = Path.of(Command.run(directory, "backup", "--to", copies.toString())
                .out()
                .strip());
        assertThat(new ProcessBuilder(
                                "sqlite3",
                                copy.toString(),
                                "CREATE TRIGGER t AFTER INSERT ON audit_events"
                                        + " BEGIN UPDATE audit_events SET status = 'success'; END")
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
        byte[] log = Files.readAllBytes(directory.resolve("sentinel_audit.db"));

        Command restore = Command.run(directory, "restore", copy.toString());

        assertThat(restore.exitCode()).isEqualTo(1);
        assertThat(restore.err().lines()).singleElement().asString().contains("it has the trigger \"t\"");
        assertThat(restore.out()).isEmpty();
        assertThat(directory.resolve("sentinel_audit.db")).hasBinaryContent(log);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).noneMatch(file -> file.toString().contains("before-"));
        }
    }

    @Test
    void backup_keep_deletesOnlyOldBackups_onlyAfterSuccess() throws Exception {
        List<String> names =
                List.of("sentinel_audit-20200101T000000Z.db", "sentinel_audit-20200101T000000Z.keys.db", "other.db");
        for (String name : names) {
            Files.createFile(copies.resolve(name));
        }
        assertThat(Command.run(directory, "backup", "--to", copies.toString(), "--keep", "7d")
                        .exitCode())
                .as("there is no log yet")
                .isEqualTo(1);
        assertThat(names).allMatch(name -> Files.exists(copies.resolve(name)));

        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            Command command = Command.run(directory, "backup", "--to", copies.toString(), "--keep", "0s");
            assertThat(command.exitCode()).as(command.err()).isZero();
            try (Stream<Path> left = Files.list(copies)) {
                assertThat(left.map(file -> file.getFileName().toString()))
                        .containsExactlyInAnyOrder(
                                "other.db",
                                Path.of(command.out().strip()).getFileName().toString(),
                                Path.of(command.out().strip())
                                        .getFileName()
                                        .toString()
                                        .replace(".db", ".keys.db"),
                                Path.of(command.out().strip())
                                        .getFileName()
                                        .toString()
                                        .replace(".db", ".state.db"));
            }
            assertThat(server.client().get("/health/ready").statusCode()).isEqualTo(200);
        }
    }

    /** A way to make a copy. */
    @FunctionalInterface
    private interface Copying {
        Path run() throws IOException, InterruptedException;
    }

    private Path copyUnderLoad(Copying copying) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        AtomicBoolean enough = new AtomicBoolean();
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            CountDownLatch loaded = new CountDownLatch(1_000);
            for (int i = 0; i < CLIENTS; i++) {
                clients.execute(() -> {
                    while (!enough.get()) {
                        UUID id = UUID.randomUUID();
                        if (server.client()
                                        .post("application/json", SampleEvents.of(id))
                                        .statusCode()
                                == 201) {
                            acknowledged.add(id.toString());
                            loaded.countDown();
                        }
                    }
                });
            }
            assertThat(loaded.await(60, TimeUnit.SECONDS)).isTrue();
            Path copy = copying.run();
            enough.set(true);
            clients.shutdown();
            assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
            return copy;
        }
    }

    private Set<String> restored(Path copy) throws Exception {
        Path elsewhere = Files.createDirectory(copies.resolve("elsewhere"));
        Command restore = Command.run(elsewhere, "restore", copy.toString());
        assertThat(restore.exitCode()).as(restore.err()).isZero();
        try (ServerProcess server = ServerProcess.start(elsewhere, Map.of())) {
            return new HashSet<>(AgentRuns.walk(server, "/v1/events?agent_instance_id=agent-1&limit=1000"));
        }
    }
}
