package dev.sentinel.audit.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.TestClient;
import dev.sentinel.audit.store.OffsetClock;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An event of the year 9999, and others that are received up to two days later. */
final class EffectiveTimeTest {
    private static final String FUTURE = "9999-12-31T23:59:59.999999Z";

    private final OffsetClock clock = new OffsetClock();

    private RunningServer server;
    private TestClient client;

    @BeforeEach
    void start(@TempDir Path directory) {
        server = RunningServer.at(clock, directory);
        client = server.client();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void lists_eventOfTheFuture_isFirstForOneDay() {
        String future = post(FUTURE);
        Instant received = Instant.parse(client.getJson("/v1/events/" + future).getString("received_at"));
        clock.advance(Duration.ofHours(23));
        String before = post(null);
        assertThat(ids("/v1/events")).containsExactly(future, before);

        clock.advance(Duration.ofHours(2));
        String after = post(null);
        clock.advance(Duration.ofHours(1));
        String last = post(null);

        assertThat(ids("/v1/events")).containsExactly(last, after, future, before);
        assertThat(ids("/v1/events?resource=web_search&agent_instance_id=agent-1"))
                .containsExactly(last, after, future, before);
        assertThat(ids("/v1/agents/agent-1/events")).containsExactly(last, after, future, before);
        assertThat(ids("/v1/traces/trace-1")).containsExactly(before, future, after, last);
        assertThat(new PageWalk(client).items("/v1/events?limit=1", "events"))
                .extracting(event -> event.getString("event_id"))
                .containsExactly(last, after, future, before);
        assertThat(ids("/v1/events?from=9000-01-01T00:00:00Z")).isEmpty();
        assertThat(ids("/v1/events?from=" + received.plus(Duration.ofHours(24)) + "&to="
                        + received.plus(Duration.ofHours(24)).plusNanos(1_000)))
                .containsExactly(future);
        assertThat(client.getJson("/v1/events/" + future).getString("timestamp"))
                .isEqualTo(FUTURE);
        JsonObject agent = client.getJson("/v1/agents").getJsonArray("agents").getJsonObject(0);
        assertThat(agent.getString("last_seen"))
                .isEqualTo(client.getJson("/v1/events/" + last).getString("timestamp"));
    }

    private String post(@Nullable String timestamp) {
        String id = UUID.randomUUID().toString();
        JsonObject event = new JsonObject(SampleEvents.of(UUID.fromString(id)));
        event.remove("timestamp");
        if (timestamp != null) {
            event.put("timestamp", timestamp);
        }
        assertThat(client.post("application/json", event.encode()).statusCode()).isEqualTo(201);
        return id;
    }

    private List<String> ids(String target) {
        var events = client.getJson(target).getJsonArray("events");
        return IntStream.range(0, events.size())
                .mapToObj(i -> events.getJsonObject(i).getString("event_id"))
                .toList();
    }
}
