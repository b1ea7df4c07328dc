package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.Ids;
import dev.sentinel.audit.ServerProcess;
import dev.sentinel.audit.Within;
import dev.sentinel.audit.store.postgres.PostgresServer;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a destination has after servers were killed and frozen, compared with the log. */
final class DestinationsIT {
    /** {@code -Ddestinations.kills=1000} for a long run. */
    private static final int KILLS = Integer.getInteger("destinations.kills", 20);

    private static final Within WITHIN = Within.seconds(60);
    private static final int CONNECTIONS = 4;

    /**
     * Between two requests of a connection: the kills matter, not the load, which the processors of the build share.
     */
    private static final Duration PACE = Duration.ofMillis(10);

    private static final String LAKE = "/v1/destinations/lake";

    @TempDir
    private Path directory;

    private final Random random = new Random(11);
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final List<ServerProcess> started = new ArrayList<>();
    private DeliveredFiles lake;

    @AfterEach
    void stop() {
        started.forEach(ServerProcess::close);
    }

    @Test
    void kill_whileDelivering_losesNothingAndKeepsTheOrder() throws Exception {
        lake = new DeliveredFiles(directory.resolve("lake"));
        for (int round = 0; round < KILLS; round++) {
            try (ServerProcess server = server(directory.resolve("data"), Map.of())) {
                long before = lake.next();
                ExecutorService clients = load(server);
                WITHIN.until("a file is made", () -> lake.next() > before);
                // The moments between two saves of the cursor differ.
                TimeUnit.MILLISECONDS.sleep(random.nextInt(1_500));
                server.kill();
                clients.shutdown();
                assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
            }
        }
        try (ServerProcess server = server(directory.resolve("data"), Map.of())) {
            assertDelivered(server);
            assertThat(server.terminate()).isZero();
        }
    }

    /** The owner is frozen for longer than its lease and comes back while another server delivers. */
    @Test
    void freeze_ownerOnPostgres_neverMovesTheCursorBack() throws Exception {
        lake = new DeliveredFiles(directory.resolve("lake"));
        Map<String, String> postgres =
                Map.of("DATABASE_URL", PostgresServer.shared().newSchema());
        ServerProcess owner = kept(server(directory.resolve("a"), postgres));
        WITHIN.until("the first server delivers", () -> isDelivering(owner));
        ServerProcess other = kept(server(directory.resolve("b"), postgres));
        post(owner, 500);
        WITHIN.until("they are delivered", () -> lake.next() >= 500);
        owner.freeze();
        // The frozen one also was the sequencing leader: the database ends its session.
        post(other, 500);
        WITHIN.until("the other server delivers", () -> isDelivering(other));
        long taken = destination(other).getLong("next");

        owner.resume();
        long highest = taken;
        post(other, 500);
        long end = System.nanoTime() + WITHIN.time().toNanos();
        while (highest < 1_500 || isDelivering(owner)) {
            long next = destination(other).getLong("next");
            assertThat(next).as("the cursor").isGreaterThanOrEqualTo(highest);
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            highest = next;
        }

        assertThat(isDelivering(other)).isTrue();
        assertDelivered(other);
    }

    private void assertDelivered(ServerProcess server) throws Exception {
        List<String> stored = AgentRuns.walk(server, "/v1/events?limit=1000");
        WITHIN.until("all are delivered", () -> lake.next() >= stored.size());
        DeliveredFiles.Reading reading = lake.read();
        Ids.assertSame(reading.ids(), stored);
        Ids.assertContainsAll(stored, acknowledged);
        assertThat(reading.repeats())
                .as("events that came again")
                .isLessThan(reading.ids().size());
    }

    private ServerProcess server(Path data, Map<String, String> more) throws Exception {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("DESTINATIONS", "lake");
        environment.put("DESTINATION_LAKE", "file:" + directory + "/lake?every=1s&start=begin");
        return ServerProcess.start(data, environment);
    }

    private ServerProcess kept(ServerProcess server) {
        started.add(server);
        return server;
    }

    private static JsonObject destination(ServerProcess server) {
        return server.client().getJson(LAKE);
    }

    private static boolean isDelivering(ServerProcess server) {
        return destination(server).getBoolean("delivered_here");
    }

    private ExecutorService load(ServerProcess server) {
        ExecutorService clients = Executors.newFixedThreadPool(CONNECTIONS);
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.execute(() -> {
                try {
                    while (true) {
                        post(server, 10);
                        LockSupport.parkNanos(PACE.toNanos());
                    }
                } catch (UncheckedIOException killed) {
                    // The next server goes on.
                }
            });
        }
        return clients;
    }

    private void post(ServerProcess server, int count) {
        List<String> ids = new ArrayList<>();
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            String id = UUID.randomUUID().toString();
            ids.add(id);
            lines.append("{\"event_id\":\"")
                    .append(id)
                    .append("\",\"agent_instance_id\":\"a\",\"trace_id\":\"t\",\"actor\":\"agent\",")
                    .append("\"action_type\":\"tool_call\",\"resource\":\"r\",\"status\":\"success\"}\n");
        }
        if (server.client().post("application/x-ndjson", lines.toString()).statusCode() == 201) {
            acknowledged.addAll(ids);
        }
    }
}
