package dev.sentinel.audit.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sentinel.audit.RunningServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Plays the scenarios that every SDK must pass, with this client and a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ScenariosTest {
    private static final long SECONDS = 20;
    private static final String FILLER = "x".repeat(80);

    private final ExecutorService pool = Executors.newFixedThreadPool(4);
    private Path directory;
    private RunningServer server;

    @BeforeAll
    void startServer(@TempDir Path directory) {
        this.directory = directory;
        server = RunningServer.start(directory);
    }

    @AfterAll
    void stopServer() {
        pool.shutdownNow();
        server.close();
    }

    @TestFactory
    Stream<DynamicTest> client_scenario_storesAndCountsAsExpected() {
        // Scenarios mostly wait, so several are played at once.
        return Scenario.all().stream()
                .map(scenario -> Map.entry(scenario, pool.submit(() -> play(scenario))))
                .toList()
                .stream()
                .map(played -> dynamicTest(played.getKey().name(), () -> await(played.getValue())));
    }

    private static void await(Future<?> played) throws Throwable {
        try {
            played.get();
        } catch (ExecutionException e) {
            throw e.getCause();
        }
    }

    private Void play(Scenario scenario) throws Exception {
        Queue<Rejection> rejections = new ConcurrentLinkedQueue<>();
        AuditListener listener = new AuditListener() {
            @Override
            public void rejected(Rejection rejection) {
                rejections.add(rejection);
            }
        };
        try (FaultServer faults =
                FaultServer.start(scenario.file(), server.client().port(), directory)) {
            AuditClientBuilder builder = scenario.client(faults.url(), directory.resolve("spill-" + scenario.name()))
                    .listener(listener);
            if (scenario.trusts()) {
                builder.sslContext(faults.trust());
            }
            ClientStats stats = run(scenario, builder.build(), faults);

            assertThat(stored(scenario)).containsExactlyInAnyOrderElementsOf(scenario.stored());
            assertThat(scenario.mismatches("stats", numbers(stats)))
                    .as("%s", stats)
                    .isEmpty();
            if (scenario.json().get("expect").has("seen")) {
                JsonNode seen = faults.seen();
                assertThat(scenario.mismatches("seen", numbers(seen)))
                        .as("%s", seen)
                        .isEmpty();
            }
            assertThat(rejections).hasSize((int) stats.rejected());
            assertThat(rejections)
                    .allSatisfy(rejection -> assertThat(rejection.detail()).contains(scenario.rejectedSays()));
            assertThat(stats.recorded()).isEqualTo(stats.sent() + stats.rejected() + stats.dropped() + stats.waiting());
        }
        return null;
    }

    private static ClientStats run(Scenario scenario, AuditClient client, FaultServer faults) throws Exception {
        long deadline = System.nanoTime() + SECONDS * 1_000_000_000;
        try (client) {
            for (int i = 0; i < scenario.events(); i++) {
                int item = i;
                client.record(event -> event.traceId(scenario.name())
                        .toolCall("item-" + item)
                        .metadata("item", item)
                        .metadata("filler", FILLER));
            }
            Thread flush = new Thread(() -> flush(client));
            flush.start();
            while (flush.isAlive() && System.nanoTime() < deadline) {
                if (faults.hasGoneDown()) {
                    long before = client.stats().retried();
                    awaitRetries(client, before + 1, deadline);
                    faults.comeUp();
                }
                if (client.stats().retried() >= scenario.minRetries()
                        && scenario.stored().isEmpty()) {
                    client.close();
                }
            }
        }
        return client.stats();
    }

    private static void flush(AuditClient client) {
        try {
            client.flush(Duration.ofSeconds(SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitRetries(AuditClient client, long retries, long deadline) {
        while (client.stats().retried() < retries && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
    }

    /** The stored resources. No scenario has more than fit on the first page. */
    private List<String> stored(Scenario scenario) throws Exception {
        List<String> resources = new ArrayList<>();
        new ObjectMapper()
                .readTree(server.client()
                        .get("/v1/events?limit=1000&trace_id=" + scenario.name())
                        .body())
                .get("events")
                .forEach(event -> resources.add(event.get("resource").asText()));
        return resources;
    }

    private static Map<String, Long> numbers(ClientStats stats) {
        return Map.of(
                "recorded", stats.recorded(),
                "sent", stats.sent(),
                "duplicates", stats.duplicates(),
                "rejected", stats.rejected(),
                "dropped", stats.dropped(),
                "retried", stats.retried());
    }

    private static Map<String, Long> numbers(JsonNode seen) {
        Map<String, Long> numbers = new HashMap<>();
        seen.fields()
                .forEachRemaining(
                        field -> numbers.put(field.getKey(), field.getValue().asLong()));
        return numbers;
    }
}
