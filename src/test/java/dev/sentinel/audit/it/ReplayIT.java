package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sentinel.audit.ServerProcess;
import dev.sentinel.audit.client.AuditClient;
import dev.sentinel.audit.client.ClientStats;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real agent runs, recorded through the Java SDK, while the server is killed and restarted. */
final class ReplayIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int PART = AgentRuns.COUNT / 3;

    @TempDir
    private Path directory;

    @Test
    void replay_serverKilledTwice_storesEveryEventOnce() throws Exception {
        List<JsonNode> events = new ArrayList<>();
        for (String line : AgentRuns.lines()) {
            events.add(AgentRuns.JSON.readTree(line));
        }
        int port = freePort();
        ClientStats stats;
        try (AuditClient audit = AuditClient.builder()
                .endpoint("http://127.0.0.1:" + port)
                .batch(50, 100_000)
                .flushInterval(Duration.ofMillis(20))
                .backoff(Duration.ofMillis(20), Duration.ofMillis(200))
                .build()) {
            for (int round = 0; round < 2; round++) {
                try (ServerProcess server = start(port)) {
                    long before = audit.stats().sent();
                    events.subList(round * PART, (round + 1) * PART).forEach(event -> record(audit, event));
                    while (audit.stats().sent() == before) {
                        Thread.onSpinWait();
                    }
                    server.kill();
                }
            }
            events.subList(2 * PART, AgentRuns.COUNT).forEach(event -> record(audit, event));
            while (audit.stats().retried() == 0) {
                Thread.onSpinWait();
            }
            try (ServerProcess server = start(port)) {
                assertThat(audit.flush(TIMEOUT)).isTrue();
                stats = audit.stats();
                assertStored(server, events);
            }
        }

        assertThat(stats.recorded()).isEqualTo(AgentRuns.COUNT);
        assertThat(stats.sent()).isEqualTo(AgentRuns.COUNT);
        assertThat(stats.rejected() + stats.dropped() + stats.waiting()).isZero();
    }

    private static void assertStored(ServerProcess server, List<JsonNode> events) throws Exception {
        List<String> stored = AgentRuns.walk(server, "/v1/events?limit=1000");
        assertThat(stored)
                .containsExactlyInAnyOrderElementsOf(events.stream()
                        .map(event -> event.get("event_id").asText())
                        .toList());
        assertThat(retries(server)).as("sentinel_sdk_retries_total").isPositive();
        // Sent over the plain API too, each is a duplicate: the SDK has changed nothing in it.
        assertThat(server.client()
                        .post("application/x-ndjson", AgentRuns.ndjson())
                        .body())
                .isEqualTo("{\"captured\":0,\"duplicate\":2854,\"rejected\":[]}");
    }

    private static double retries(ServerProcess server) {
        return server.client()
                .get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("sentinel_sdk_retries_total "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }

    private ServerProcess start(int port) throws Exception {
        return ServerProcess.start(directory, Map.of("PORT", Integer.toString(port)));
    }

    /** Records all fields of a recorded event, by the methods that an agent would use. */
    private static void record(AuditClient audit, JsonNode json) {
        audit.record(event -> {
            event.eventId(UUID.fromString(json.get("event_id").asText()))
                    .timestamp(Instant.parse(json.get("timestamp").asText()))
                    .agentInstanceId(json.get("agent_instance_id").asText())
                    .traceId(json.get("trace_id").asText())
                    .actor(ActorType.ofWireName(json.get("actor").asText()))
                    .action(
                            ActionType.ofWireName(json.get("action_type").asText()),
                            json.get("resource").asText())
                    .status(EventStatus.ofWireName(json.get("status").asText()));
            if (json.hasNonNull("latency_ms")) {
                event.latencyMs(json.get("latency_ms").asLong());
            }
            json.get("metadata")
                    .fields()
                    .forEachRemaining(member -> event.metadata(
                            member.getKey(), AgentRuns.JSON.convertValue(member.getValue(), Object.class)));
        });
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
