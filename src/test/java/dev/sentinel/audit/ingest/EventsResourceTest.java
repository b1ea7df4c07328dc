package dev.sentinel.audit.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.TestClient;
import dev.sentinel.audit.web.OpenApiContract;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The answers to posted events. Every answer is also checked against the contract. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventsResourceTest {
    private static final String JSON = "application/json";
    private static final String NDJSON = "application/x-ndjson";

    private final OpenApiContract contract = OpenApiContract.load();
    private RunningServer running;
    private TestClient client;

    @BeforeAll
    void start(@TempDir Path directory) {
        running = RunningServer.start(directory, Map.of("MAX_BATCH_EVENTS", "100"));
        client = running.client();
    }

    @AfterAll
    void stop() {
        running.close();
    }

    @Test
    void single_new_isCaptured() {
        UUID id = UUID.randomUUID();
        HttpResponse<String> response = post(JSON, SampleEvents.of(id));

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.body())
                .matches("\\{\"event_id\":\"" + id
                        + "\",\"status\":\"captured\",\"seq\":\\d+,\"received_at\":\"[0-9T:.-]{26}Z\","
                        + "\"leaf_hash\":\"[0-9a-f]{64}\"}");
    }

    @Test
    void single_again_isADuplicateWithTheSameSeq() {
        String event = SampleEvents.any();
        JsonObject first = new JsonObject(post(JSON, event).body());
        HttpResponse<String> second = post(JSON, event);

        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(new JsonObject(second.body())).isEqualTo(first.copy().put("status", "duplicate"));
    }

    /** It would look like an act of the server. */
    @Test
    void single_agentOfTheServer_isRefused() {
        HttpResponse<String> response = post(JSON, SampleEvents.any().replace("\"agent-1\"", "\"sentinel\""));

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(response.body()).contains("/agent_instance_id").contains("reserved");
        assertThat(post(JSON, SampleEvents.any().replace("\"agent-1\"", "\"sentinel-2\""))
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void retryCount_plausible_isAddedToTheMetric() {
        double before = retries();
        for (String count : new String[] {"2", "1", "0", "-5", "1e3", "many", "99999999", ""}) {
            client.post(
                    HttpRequest.BodyPublishers.ofString(SampleEvents.any()),
                    "Content-Type",
                    JSON,
                    "Sentinel-Retry-Count",
                    count);
        }

        assertThat(retries() - before).isEqualTo(3);
    }

    private double retries() {
        return client.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("sentinel_sdk_retries_total "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }

    @Test
    void single_otherContent_isAConflict() {
        UUID id = UUID.randomUUID();
        post(JSON, SampleEvents.of(id));

        assertThat(post(JSON, SampleEvents.with(id, "{}")).statusCode()).isEqualTo(409);
    }

    @Test
    void single_invalid_namesEveryField() {
        JsonObject event = new JsonObject(SampleEvents.any())
                .put("actor", "robot")
                .put("latency_ms", -1)
                .putNull("trace_id");
        HttpResponse<String> response = post(JSON, event.encode());

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(new JsonObject(response.body())
                        .getJsonArray("errors").stream().map(error -> ((JsonObject) error).getString("pointer")))
                .containsExactlyInAnyOrder("/actor", "/latency_ms", "/trace_id");
    }

    @Test
    void single_received_isReadBackWhole() {
        UUID id = UUID.randomUUID();
        post(JSON, SampleEvents.with(id, "{\"n\":1.10,\"text\":\"Größe \\u0001\"}"));

        String stored = client.get("/v1/events/" + id).body();
        // The text, not a JsonObject: 1.10 must not become 1.1.
        assertThat(stored)
                .contains("\"metadata\":{\"n\":1.10,\"text\":\"Größe \\u0001\"}")
                .contains("\"timestamp\":\"2026-11-02T08:05:13.886000Z\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {JSON, NDJSON})
    void batch_allNew_areCaptured(String type) {
        assertAnswer(post(type, batch(type, SampleEvents.any(), SampleEvents.any())), 201, 2, 0, "[]");
    }

    @ParameterizedTest
    @ValueSource(strings = {JSON, NDJSON})
    void batch_sameEventTwice_isCapturedOnce(String type) {
        String event = SampleEvents.any();

        assertAnswer(post(type, batch(type, event, event)), 201, 1, 1, "[]");
    }

    @ParameterizedTest
    @ValueSource(strings = {JSON, NDJSON})
    void batch_someInvalid_storesTheOthers(String type) {
        UUID good = UUID.randomUUID();
        HttpResponse<String> response = post(type, batch(type, "{}", SampleEvents.of(good), "7"));

        assertThat(response.statusCode()).isEqualTo(207);
        assertThat(indexes(response)).isEqualTo("0:422 2:422");
        assertThat(client.get("/v1/events/" + good).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {JSON, NDJSON})
    void batch_conflict_rejectsOnlyTheConflictingEvent(String type) {
        UUID id = UUID.randomUUID();
        post(JSON, SampleEvents.of(id));
        HttpResponse<String> response =
                post(type, batch(type, SampleEvents.any(), SampleEvents.with(id, "{}"), SampleEvents.any()));

        assertThat(response.statusCode()).isEqualTo(207);
        assertThat(indexes(response)).isEqualTo("1:409");
    }

    @ParameterizedTest
    @ValueSource(strings = {JSON, NDJSON})
    void batch_allInvalid_isRefused(String type) {
        HttpResponse<String> response = post(type, batch(type, "{}", "{}"));

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(indexes(response)).isEqualTo("0:422 1:422");
    }

    @Test
    void lines_brokenOne_rejectsOnlyThatLine() {
        String lines = SampleEvents.any() + "\n\n{\"event_id\":\n" + SampleEvents.any() + "\r\n";
        HttpResponse<String> response = post(NDJSON, lines);

        assertThat(response.statusCode()).isEqualTo(207);
        assertThat(indexes(response)).isEqualTo("1:422");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json|[]|422",
                "application/x-ndjson|' '|422",
                "application/json|' '|400",
                "application/json|[{}|400",
                "application/json|{} {}|400",
                "application/json|7|422",
                "application/json|[[]]|422",
            })
    void body_holdsNoEvent_isRefused(String type, String body, int status) {
        assertThat(post(type, body).statusCode()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {JSON, NDJSON})
    void batch_tooManyEvents_isRefused(String type) {
        String[] events = new String[101];
        Arrays.setAll(events, i -> SampleEvents.any());

        assertThat(post(type, batch(type, events)).statusCode()).isEqualTo(413);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "application/json; charset=latin1", "json", ";", "*/*"})
    void contentType_unknown_isRefused(String type) {
        assertThat(post(type, SampleEvents.any()).statusCode()).isEqualTo(415);
    }

    @Test
    void contentType_none_isReadAsJson() {
        assertThat(client.post(HttpRequest.BodyPublishers.ofString(SampleEvents.any()))
                        .statusCode())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"application/json; charset=UTF-8", "Application/JSON", "application/json ;charset=\"utf-8\""})
    void contentType_otherSpelling_isAccepted(String type) {
        assertThat(post(type, SampleEvents.any()).statusCode()).isEqualTo(201);
    }

    private HttpResponse<String> post(String type, String body) {
        HttpResponse<String> response = client.post(type, body);
        contract.check("POST", "/v1/events", response);
        return response;
    }

    private static String batch(String type, String... events) {
        return type.equals(NDJSON) ? String.join("\n", events) : "[" + String.join(",", events) + "]";
    }

    private static void assertAnswer(
            HttpResponse<String> response, int status, int captured, int duplicate, String rejected) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(new JsonObject(response.body()))
                .isEqualTo(new JsonObject()
                        .put("captured", captured)
                        .put("duplicate", duplicate)
                        .put("rejected", new JsonArray(rejected)));
    }

    private static String indexes(HttpResponse<String> response) {
        StringBuilder indexes = new StringBuilder();
        for (Object rejected : new JsonObject(response.body()).getJsonArray("rejected")) {
            JsonObject item = (JsonObject) rejected;
            indexes.append(indexes.isEmpty() ? "" : " ")
                    .append(item.getInteger("index"))
                    .append(':')
                    .append(item.getInteger("status"));
        }
        return indexes.toString();
    }
}
