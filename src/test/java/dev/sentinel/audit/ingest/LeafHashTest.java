package dev.sentinel.audit.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.EventStream;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.TestClient;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.DecodedEvent;
import dev.sentinel.audit.event.EventReader;
import dev.sentinel.audit.event.Leaf;
import dev.sentinel.audit.event.Seals;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.web.OpenApiContract;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hash in a receipt is that of the event that every reader gets: each way out shows the same seal. */
final class LeafHashTest {
    private final OpenApiContract contract = OpenApiContract.load();
    private RunningServer running;
    private TestClient client;

    @BeforeEach
    void start(@TempDir Path directory) {
        running = RunningServer.start(directory);
        client = running.client();
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @Test
    void receipt_anyWayOut_isOfTheEventThatIsRead() {
        UUID id = UUID.randomUUID();
        String receipt = new JsonObject(
                        client.post("application/json", SampleEvents.of(id)).body())
                .getString("leaf_hash");
        String again = new JsonObject(
                        client.post("application/json", SampleEvents.of(id)).body())
                .getString("leaf_hash");

        assertThat(again).isEqualTo(receipt);
        for (JsonObject event : List.of(
                client.getJson("/v1/events/" + id),
                listed("/v1/events?seal=true"),
                listed("/v1/agents/agent-1/events?seal=true"),
                listed("/v1/traces/trace-1?seal=true"),
                new JsonObject(client.get("/v1/events/export")
                        .body()
                        .lines()
                        .findFirst()
                        .orElseThrow()),
                streamed())) {
            assertThat(leafHash(event)).isEqualTo(receipt);
        }
    }

    @Test
    void list_sealNotWanted_hasNone() {
        client.post("application/json", SampleEvents.any());

        assertThat(listed("/v1/events").containsKey("seal")).isFalse();
        assertThat(listed("/v1/events?seal=false").containsKey("seal")).isFalse();
        assertThat(client.get("/v1/events?seal=yes").statusCode()).isEqualTo(422);
    }

    @Test
    void batch_leafHashesWanted_listsOnePerEvent() {
        String first = SampleEvents.any();
        String body = "[" + first + ",{}," + first + "]";

        HttpResponse<String> wanted = client.postTo("/v1/events?leaf_hash=true", "application/json", body);
        contract.check("POST", "/v1/events", wanted);
        JsonArray hashes = new JsonObject(wanted.body()).getJsonArray("leaf_hashes");

        assertThat(hashes).hasSize(3);
        assertThat(hashes.getString(0)).hasSize(64).isEqualTo(hashes.getString(2));
        assertThat(hashes.getString(1)).isNull();
        assertThat(client.postTo("/v1/events?leaf_hash=perhaps", "application/json", body)
                        .statusCode())
                .isEqualTo(422);
        assertThat(client.postTo("/v1/events?leaf_hash=false", "application/json", body)
                        .body())
                .doesNotContain("leaf");
    }

    private JsonObject listed(String target) {
        HttpResponse<String> answer = client.get(target);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body()).getJsonArray("events").getJsonObject(0);
    }

    private JsonObject streamed() {
        try (EventStream stream = EventStream.open(client.port(), "/v1/events/stream?seal=true&last_event_id=-1")) {
            return stream.events(1).get(0).json();
        }
    }

    private static String leafHash(JsonObject event) {
        DecodedEvent decoded = new EventReader(1, RedactionRules.off(), secret -> {})
                .readJson(event.encode().getBytes(UTF_8), null)
                .events()
                .get(0);
        AuditEvent sent = ((DecodedEvent.Valid) decoded).event();
        JsonObject seal = event.getJsonObject("seal");
        return new Leaf()
                .hash(new StoredEvent(0, Instant.parse(event.getString("received_at")), sent, Seals.of(seal)))
                .hex();
    }
}
