package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sentinel.audit.Ids;
import dev.sentinel.audit.ServerProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The promise: every event answered with 201 is stored exactly once, however the process ends. */
final class KillIT {
    private static final int KILLS = 20;
    private static final int CONNECTIONS = 64;

    @TempDir
    private Path directory;

    private final Random random = new Random(7);
    private final SeenCheckpoints checkpoints = new SeenCheckpoints();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

    @Test
    void kill_underLoadManyTimes_losesAndDoublesNothing() throws Exception {
        for (int round = 0; round < KILLS; round++) {
            damageIndex(round);
            try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
                int before = acknowledged.size();
                loadUntilKilled(server, before + 50 + random.nextInt(400));
                assertThat(acknowledged.size()).as("load reached the server").isGreaterThan(before);
            }
        }
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            List<String> found = AgentRuns.walk(server, "/v1/events?limit=1000");
            Ids.assertContainsAll(found, acknowledged);
            long total = 0;
            for (JsonNode agent : AgentRuns.agents(server)) {
                total += agent.get("total").asLong();
            }
            assertThat(total).isEqualTo(found.size());
            checkpoints.assertNoFork(server.client());
            assertThat(checkpoints.count()).as("checkpoints between the kills").isGreaterThan(KILLS / 2);
            assertThat(server.terminate()).isZero();
        }
        assertFilesAreSound();
    }

    /** Every few rounds the tree or the index is deleted, or the index truncated; the log must suffice. */
    private void damageIndex(int round) throws IOException {
        Path index = directory.resolve("sentinel_audit.index.db");
        if (round % 5 == 2) {
            Files.deleteIfExists(directory.resolve("sentinel_audit.tree.db"));
        } else if (round % 5 == 3) {
            Files.delete(index);
        } else if (round % 5 == 4) {
            try (RandomAccessFile file = new RandomAccessFile(index.toFile(), "rw")) {
                file.setLength(file.length() / 2);
            }
        }
    }

    private void loadUntilKilled(ServerProcess server, int target) throws InterruptedException {
        ExecutorService clients = Executors.newFixedThreadPool(CONNECTIONS + 1);
        clients.execute(() -> lookUntilItDies(server));
        CountDownLatch enough = new CountDownLatch(1);
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.execute(() -> postUntilItDies(server, target, enough));
        }
        assertThat(enough.await(60, TimeUnit.SECONDS)).isTrue();
        server.kill();
        clients.shutdown();
        assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    private void lookUntilItDies(ServerProcess server) {
        try {
            while (true) {
                checkpoints.look(server.client());
                LockSupport.parkNanos(5_000_000);
            }
        } catch (UncheckedIOException killed) {
            // The next server shows the next ones.
        }
    }

    private void postUntilItDies(ServerProcess server, int target, CountDownLatch enough) {
        while (true) {
            String id = UUID.randomUUID().toString();
            String event = "{\"event_id\":\"" + id + "\",\"agent_instance_id\":\"agent-" + (id.hashCode() & 7)
                    + "\",\"trace_id\":\"t\",\"actor\":\"agent\",\"action_type\":\"tool_call\",\"resource\":\"r\","
                    + "\"status\":\"success\",\"metadata\":{\"text\":\"" + "x".repeat(200) + "\"}}";
            try {
                if (server.client().post("application/json", event).statusCode() == 201) {
                    acknowledged.add(id);
                    if (acknowledged.size() >= target) {
                        enough.countDown();
                    }
                }
            } catch (UncheckedIOException killed) {
                return;
            }
        }
    }

    private void assertFilesAreSound() throws SQLException {
        List<String> verdicts = new ArrayList<>();
        for (String file : List.of("sentinel_audit.db", "sentinel_audit.index.db")) {
            verdicts.add(query(file, "PRAGMA integrity_check"));
        }
        assertThat(verdicts).containsExactly("ok", "ok");
        assertThat(query("sentinel_audit.db", "SELECT max(seq) + 1 - count(*) FROM audit_events"))
                .as("gaps in seq")
                .isEqualTo("0");
        String events = query("sentinel_audit.db", "SELECT count(*) FROM audit_events");
        for (String table : List.of("rollups", "agent_rollups")) {
            assertThat(query(
                            "sentinel_audit.index.db",
                            "SELECT sum(success + error + pending + denied) FROM " + table + " WHERE level = 0"))
                    .isEqualTo(events);
        }
        assertThat(query("sentinel_audit.index.db", "SELECT sum(events) FROM resource_rollups WHERE level = 0"))
                .isEqualTo(events);
    }

    private String query(String file, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(file));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
