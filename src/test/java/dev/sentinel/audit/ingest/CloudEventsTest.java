package dev.sentinel.audit.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.TestClient;
import dev.sentinel.audit.web.OpenApiContract;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The answers to posted CloudEvents. Every answer is also checked against the contract. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CloudEventsTest {
    private static final String STRUCTURED = "application/cloudevents+json";
    private static final String BATCH = "application/cloudevents-batch+json";

    private final OpenApiContract contract = OpenApiContract.load();
    private RunningServer running;
    private TestClient client;

    @BeforeAll
    void start(@TempDir Path directory) {
        running = RunningServer.start(directory, Map.of("MAX_BATCH_EVENTS", "100", "MAX_BODY_BYTES", "200000"));
        client = running.client();
    }

    @AfterAll
    void stop() {
        running.close();
    }

    private static JsonObject message() {
        return new JsonObject()
                .put("specversion", "1.0")
                .put("id", UUID.randomUUID().toString())
                .put("source", "/shop")
                .put("type", "com.example.order.paid")
                .put("data", new JsonObject().put("amount", 7));
    }

    @ParameterizedTest
    @ValueSource(strings = {STRUCTURED, "Application/CloudEvents+JSON; charset=UTF-8"})
    void structured_new_isCapturedAndReadBack(String type) {
        HttpResponse<String> response = post(type, message().encode());

        assertThat(response.statusCode()).isEqualTo(201);
        JsonObject answer = new JsonObject(response.body());
        assertThat(answer.getString("status")).isEqualTo("captured");
        JsonObject event = client.getJson("/v1/events/" + answer.getString("event_id"));
        assertThat(event.getString("agent_instance_id")).isEqualTo("/shop");
        assertThat(event.getJsonObject("metadata").getJsonObject("data")).isEqualTo(new JsonObject().put("amount", 7));
    }

    @Test
    void structured_samePairAgain_isADuplicateInEveryMode() {
        JsonObject message = message();
        JsonObject first = new JsonObject(post(STRUCTURED, message.encode()).body());

        assertThat(new JsonObject(post(STRUCTURED, message.encode()).body()))
                .isEqualTo(first.copy().put("status", "duplicate"));
        assertThat(new JsonObject(binary(message).body()))
                .isEqualTo(first.copy().put("status", "duplicate"));
        assertThat(new JsonObject(post(BATCH, new JsonArray().add(message).encode())
                                .body())
                        .getInteger("duplicate"))
                .isEqualTo(1);
    }

    @Test
    void structured_samePairOtherContent_isAConflict() {
        JsonObject message = message();
        post(STRUCTURED, message.encode());

        assertThat(post(STRUCTURED, message.copy().put("data", 8).encode()).statusCode())
                .isEqualTo(409);
        assertThat(post(STRUCTURED, message.copy().put("source", "/other").encode())
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void structured_defects_areNamed() {
        HttpResponse<String> response = post(
                STRUCTURED, message().put("specversion", "0.3").putNull("type").encode());

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(new JsonObject(response.body()).getJsonArray("errors").encode())
                .contains("\"/specversion\"", "\"/type\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}x"})
    void structured_notJson_isRefused(String body) {
        assertThat(post(STRUCTURED, body).statusCode()).isEqualTo(400);
    }

    @Test
    void structured_agentOfTheServer_isRefused() {
        assertThat(post(STRUCTURED, message().put("source", "sentinel").encode())
                        .statusCode())
                .isEqualTo(422);
    }

    @Test
    void binary_agentHeader_isTheAgent() {
        HttpResponse<String> response = binary(message(), "X-Sentinel-Agent", "edge-1");

        assertThat(client.getJson("/v1/events/" + new JsonObject(response.body()).getString("event_id"))
                        .getString("agent_instance_id"))
                .isEqualTo("edge-1");
    }

    /** A message is not taken for one of our events only because its data is JSON. */
    @Test
    void binary_attributeMissing_isNamed() {
        HttpResponse<String> response = client.post(
                BodyPublishers.ofString("{}"), "Content-Type", "application/json", "ce-id", "1", "ce-source", "s");
        contract.check("POST", "/v1/events", response);

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(response.body()).contains("/specversion", "/type").doesNotContain("event_id");
    }

    @Test
    void binary_dataOfAnyType_isStored() {
        HttpResponse<String> response = client.post(
                BodyPublishers.ofByteArray(new byte[] {(byte) 0x89, 'P', 'N', 'G', 0}),
                "Content-Type",
                "image/png",
                "ce-id",
                UUID.randomUUID().toString(),
                "ce-source",
                "s",
                "ce-type",
                "t",
                "ce-specversion",
                "1.0");

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(client.getJson("/v1/events/" + new JsonObject(response.body()).getString("event_id"))
                        .getJsonObject("metadata")
                        .encode())
                .contains("\"datacontenttype\":\"image/png\"", "\"data\":{\"bytes\":5,\"sha256\"");
    }

    @Test
    void batch_someInvalid_storesTheOthers() {
        HttpResponse<String> response = post(
                BATCH,
                new JsonArray()
                        .add(message())
                        .add(message().put("id", 7))
                        .add(message())
                        .encode());

        assertThat(response.statusCode()).isEqualTo(207);
        JsonObject answer = new JsonObject(response.body());
        assertThat(answer.getInteger("captured")).isEqualTo(2);
        assertThat(answer.getJsonArray("rejected").getJsonObject(0).getInteger("index"))
                .isEqualTo(1);
    }

    @Test
    void batch_empty_isRefused() {
        assertThat(post(BATCH, "[]").statusCode()).isEqualTo(422);
    }

    @Test
    void batch_tooManyMessages_isRefused() {
        JsonArray batch = new JsonArray();
        for (int i = 0; i <= 100; i++) {
            batch.add(message());
        }

        assertThat(post(BATCH, batch.encode()).statusCode()).isEqualTo(413);
    }

    @ParameterizedTest
    @ValueSource(strings = {STRUCTURED, BATCH})
    void body_gzip_isRead(String type) {
        String body = type.equals(BATCH)
                ? new JsonArray().add(message()).encode()
                : message().encode();
        HttpResponse<String> response =
                client.post(BodyPublishers.ofByteArray(gzip(body)), "Content-Type", type, "Content-Encoding", "gzip");

        assertThat(response.statusCode()).isEqualTo(201);
    }

    @Test
    void body_tooLarge_isRefused() {
        assertThat(post(STRUCTURED, message().put("data", "x".repeat(300_000)).encode())
                        .statusCode())
                .isEqualTo(413);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/cloudevents",
                "application/cloudevents+avro",
                "application/cloudevents+json; charset=utf-16"
            })
    void contentType_otherFormat_isRefused(String type) {
        HttpResponse<String> response =
                client.post(BodyPublishers.ofString(message().encode()), "Content-Type", type, "ce-id", "1");

        assertThat(response.statusCode()).isEqualTo(415);
        assertThat(response.body()).contains("application/cloudevents-batch+json");
    }

    private HttpResponse<String> post(String type, String body) {
        HttpResponse<String> response = client.post(type, body);
        contract.check("POST", "/v1/events", response);
        return response;
    }

    private HttpResponse<String> binary(JsonObject message, String... more) {
        Stream<String> fields = message.fieldNames().stream()
                .filter(name -> !name.equals("data"))
                .flatMap(name -> Stream.of("ce-" + name, message.getString(name)));
        HttpResponse<String> response = client.post(
                BodyPublishers.ofString(message.getValue("data").toString()),
                Stream.of(Stream.of("Content-Type", "application/json"), fields, Stream.of(more))
                        .flatMap(field -> field)
                        .toArray(String[]::new));
        contract.check("POST", "/v1/events", response);
        return response;
    }

    private static byte[] gzip(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }
}
