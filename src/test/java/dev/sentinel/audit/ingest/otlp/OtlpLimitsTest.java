package dev.sentinel.audit.ingest.otlp;

import static dev.sentinel.audit.ingest.otlp.OtlpClient.PROTOBUF;
import static dev.sentinel.audit.ingest.otlp.OtlpClient.toolSpan;
import static dev.sentinel.audit.ingest.otlp.OtlpClient.toolSpans;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RawConnection;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.TestKeys;
import dev.sentinel.audit.Within;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.keys.Scope;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server refuses of OTLP: every refusal is a Status in the encoding of the request. */
@Timeout(90)
final class OtlpLimitsTest {
    private static final String TOKEN = "the-token-of-this-test";

    /** Of a request that is too large to be collected; fields that are unknown. */
    private static final String BEGINNING = "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + PROTOBUF
            + "\r\nContent-Length: 20000000\r\n\r\n" + "\020\0".repeat(100_000);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "X-Nothing, x, Authorization: Bearer",
        "Authorization, Bearer wrong, unknown",
        "Authorization, Bearer%20the-token-of-this-test, Bearer%20",
        "x-api-key, wrong, unknown"
    })
    void token_missingOrWrong_isExplained(String header, String value, String explanation) {
        try (RunningServer running = start(Map.of("API_TOKEN", TOKEN))) {
            HttpResponse<byte[]> response =
                    new OtlpClient(running).protobuf("/v1/traces", toolSpans("a", 1), header, value);

            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(OtlpClient.contentType(response)).isEqualTo(PROTOBUF);
            assertThat(OtlpClient.status(response)).contains(explanation);
        }
    }

    @Test
    void token_inEitherHeader_isAccepted() {
        try (RunningServer running = start(Map.of("API_TOKEN", TOKEN))) {
            OtlpClient client = new OtlpClient(running);

            assertThat(client.protobuf("/v1/traces", toolSpans("a", 1), "x-api-key", TOKEN)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(client.protobuf("/v1/traces", toolSpans("a", 1), "Authorization", "Bearer " + TOKEN)
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void key_withoutTheScope_isRefused() {
        String reader = key(Set.of(Scope.READ), "");
        try (RunningServer running = start(Map.of("API_TOKEN", TOKEN))) {

            HttpResponse<byte[]> response =
                    new OtlpClient(running).protobuf("/v1/traces", toolSpans("a", 1), "x-api-key", reader);

            assertThat(response.statusCode()).isEqualTo(403);
            assertThat(OtlpClient.status(response)).contains("ingest");
        }
    }

    @Test
    void agents_allForeign_areRefused() {
        String key = key(Set.of(Scope.INGEST), "billing-");
        try (RunningServer running = start(Map.of("API_TOKEN", TOKEN))) {

            HttpResponse<byte[]> response =
                    new OtlpClient(running).protobuf("/v1/traces", toolSpans("other", 2), "x-api-key", key);

            assertThat(response.statusCode()).isEqualTo(403);
            assertThat(OtlpClient.status(response))
                    .isEqualTo("This key may send agents beginning with \"billing-\"; set X-Sentinel-Agent.");
        }
    }

    @Test
    void agents_someForeign_areRejectedAndTheOthersStored() {
        String key = key(Set.of(Scope.INGEST), "billing-");
        try (RunningServer running = start(Map.of("API_TOKEN", TOKEN))) {
            HttpResponse<byte[]> response = new OtlpClient(running)
                    .protobuf(
                            "/v1/traces",
                            toolSpans("other", 2).toBuilder()
                                    .mergeFrom(toolSpans("billing-7", 3))
                                    .build(),
                            "x-api-key",
                            key);

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(OtlpClient.traces(response).getPartialSuccess().getRejectedSpans())
                    .isEqualTo(2);
            assertThat(OtlpClient.traces(response).getPartialSuccess().getErrorMessage())
                    .contains("beginning with \"billing-\"");
            assertThat(events(running, "billing-7")).hasSize(3);
        }
    }

    @Test
    void rateLimit_usedUp_isRetryable() {
        try (RunningServer running = start(Map.of("RATE_LIMIT", "5/hour"))) {
            OtlpClient client = new OtlpClient(running);
            client.protobuf("/v1/traces", toolSpans("a", 4));

            HttpResponse<byte[]> response = client.protobuf("/v1/traces", toolSpans("a", 4));

            assertThat(response.statusCode()).isEqualTo(429);
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
            assertThat(OtlpClient.status(response)).contains("5/hour");
        }
    }

    /** An exporter would repeat it until its deadline. */
    @Test
    void rateLimit_smallerThanTheBatch_isNotRetryable() {
        try (RunningServer running = start(Map.of("RATE_LIMIT", "5/hour"))) {
            HttpResponse<byte[]> response = new OtlpClient(running).protobuf("/v1/traces", toolSpans("a", 6));

            assertThat(response.statusCode()).isEqualTo(413);
            assertThat(events(running, "a")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void body_tooLarge_isRefused(boolean declared) {
        try (RunningServer running = start(Map.of("OTLP_MAX_BODY_BYTES", "4KiB"))) {
            byte[] body = toolSpans("a", 100).toByteArray();
            HttpResponse<byte[]> response = new OtlpClient(running)
                    .post(
                            "/v1/traces",
                            PROTOBUF,
                            declared
                                    ? BodyPublishers.ofByteArray(body)
                                    : BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));

            assertThat(response.statusCode()).isEqualTo(413);
            assertThat(OtlpClient.contentType(response)).isEqualTo(PROTOBUF);
        }
    }

    @Test
    void gzip_largerThanAllowedWhenDecompressed_isRefused() {
        try (RunningServer running = start(Map.of("OTLP_MAX_BODY_BYTES", "9MiB"))) {
            byte[] bomb = OtlpClient.gzip(toolSpans("a".repeat(10 << 20), 1).toByteArray());
            HttpResponse<byte[]> response =
                    new OtlpClient(running).post("/v1/traces", PROTOBUF, bomb, "Content-Encoding", "gzip");

            assertThat(response.statusCode()).isEqualTo(413);
            assertThat(OtlpClient.status(response)).contains("9437184");
        }
    }

    /** Of a large body, in each way in which it can arrive. */
    @ParameterizedTest
    @ValueSource(strings = {"declared", "chunked", "gzip", "gzip of two members"})
    void body_large_isDecodedWhileItArrives(String way) {
        try (RunningServer running = start(Map.of())) {
            byte[] body = toolSpans("large", 700).toBuilder()
                    .mergeFrom(OtlpClient.request(
                            "large",
                            toolSpan("large", 1000)
                                    .addAttributes(
                                            OtlpClient.attribute("gen_ai.tool.call.result", "x".repeat(11 << 20)))
                                    .build()))
                    .mergeFrom(toolSpans("large-2", 300))
                    .build()
                    .toByteArray();
            OtlpClient client = new OtlpClient(running);
            HttpResponse<byte[]> response =
                    switch (way) {
                        case "declared" -> client.post("/v1/traces", PROTOBUF, body);
                        case "chunked" ->
                            client.post(
                                    "/v1/traces",
                                    PROTOBUF,
                                    BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));
                        case "gzip" ->
                            client.post("/v1/traces", PROTOBUF, OtlpClient.gzip(body), "Content-Encoding", "gzip");
                        default -> client.post("/v1/traces", PROTOBUF, twoMembers(body), "Content-Encoding", "gzip");
                    };

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEmpty();
            assertThat(events(running, "large")).hasSize(701);
            assertThat(events(running, "large-2")).hasSize(300);
        }
    }

    private static byte[] twoMembers(byte[] body) {
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        members.writeBytes(OtlpClient.gzip(Arrays.copyOf(body, 100_000)));
        members.writeBytes(OtlpClient.gzip(Arrays.copyOfRange(body, 100_000, body.length)));
        return members.toByteArray();
    }

    @Test
    void body_largeAndMalformedAtItsEnd_isRefused() {
        try (RunningServer running = start(Map.of())) {
            byte[] body = large();
            HttpResponse<byte[]> response =
                    new OtlpClient(running).post("/v1/traces", PROTOBUF, Arrays.copyOf(body, body.length - 1));

            assertThat(response.statusCode()).isEqualTo(400);
        }
    }

    /** A 408 would lose the batch. */
    @Test
    void body_slow_isRetryable() throws Exception {
        try (RunningServer running = start(Map.of("BODY_TIMEOUT", "300ms"));
                RawConnection connection = new RawConnection(running.client().port())) {
            connection.send("POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + PROTOBUF
                    + "\r\nContent-Length: 100\r\n\r\nx");

            RawConnection.Response answer = connection.read();

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.headers()).containsEntry("retry-after", "5");
            assertThat(answer.body()).contains("BODY_TIMEOUT");
        }
    }

    @Test
    void body_largeAndSlow_isRetryable() throws Exception {
        try (RunningServer running = start(Map.of("BODY_TIMEOUT", "1s"));
                RawConnection connection = new RawConnection(running.client().port())) {
            connection.send(BEGINNING);

            assertThat(connection.read().status()).isEqualTo(503);
        }
    }

    @Test
    void places_ofLargeBodies_usedUp_areRetryable() {
        try (RunningServer running = start(Map.of());
                RawConnection first = new RawConnection(running.client().port());
                RawConnection second = new RawConnection(running.client().port())) {
            first.send(BEGINNING);
            second.send(BEGINNING);
            waitForPlaces(running, 2);

            HttpResponse<byte[]> response = new OtlpClient(running).post("/v1/traces", PROTOBUF, large());

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
        }
    }

    @Test
    void body_largeAndAbandoned_freesItsPlace() {
        try (RunningServer running = start(Map.of())) {
            for (int i = 0; i < 2; i++) {
                try (RawConnection gone = new RawConnection(running.client().port())) {
                    gone.send(BEGINNING);
                    waitForPlaces(running, 1);
                }
                waitForPlaces(running, 0);
            }

            assertThat(new OtlpClient(running)
                            .post("/v1/traces", PROTOBUF, large())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    private static byte[] large() {
        return OtlpClient.request(
                        "large",
                        toolSpan("large", 1)
                                .addAttributes(OtlpClient.attribute("x", "x".repeat(10 << 20)))
                                .build())
                .toByteArray();
    }

    /** Until this many workers decode large bodies. */
    private static void waitForPlaces(RunningServer running, int taken) {
        String gauge = "vertx_pool_in_use{pool_name=\"sentinel-otlp\",pool_type=\"worker\"} " + taken + ".0";
        Within.seconds(20)
                .until(
                        taken + " places are taken",
                        () -> running.client().get("/metrics").body().contains(gauge));
    }

    @Test
    void store_failing_isRetryable() {
        AtomicBoolean broken = new AtomicBoolean(true);
        try (RunningServer running = RunningServer.appendingThrough(
                real -> new GatedStore(
                        real,
                        () -> broken.get()
                                ? Future.failedFuture(new Unavailable("the disk is on fire"))
                                : Future.succeededFuture()),
                directory,
                Map.of())) {
            OtlpClient client = new OtlpClient(running);

            HttpResponse<byte[]> response = client.protobuf("/v1/traces", toolSpans("a", 2));

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("Retry-After")).hasValue("5");
            assertThat(OtlpClient.contentType(response)).isEqualTo(PROTOBUF);
            broken.set(false);
            assertThat(client.protobuf("/v1/traces", toolSpans("a", 2)).statusCode())
                    .isEqualTo(200);
            assertThat(events(running, "a")).hasSize(2);
        }
    }

    /** An exporter gives up after 10 s. */
    @Test
    void store_hanging_isAnsweredInTime() {
        Promise<Void> repaired = Promise.promise();
        try (RunningServer running =
                RunningServer.appendingThrough(real -> new GatedStore(real, repaired::future), directory, Map.of())) {
            long before = System.nanoTime();

            HttpResponse<byte[]> response = new OtlpClient(running).protobuf("/v1/traces", toolSpans("a", 2));

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat((System.nanoTime() - before) / 1_000_000_000L).isLessThan(8);
            repaired.complete();
        }
    }

    @Test
    void path_almostRightBelowABasePath_isToldThePublicOne() {
        try (RunningServer running = start(Map.of("BASE_PATH", "/sentinel"))) {
            OtlpClient client = new OtlpClient(running);

            HttpResponse<byte[]> wrong = client.protobuf("/sentinel/v1/v1/traces", toolSpans("a", 1));

            assertThat(wrong.statusCode()).isEqualTo(404);
            assertThat(OtlpClient.status(wrong)).contains("the path is /sentinel/v1/traces. ");
            assertThat(client.protobuf("/sentinel/v1/traces", toolSpans("a", 1)).statusCode())
                    .isEqualTo(200);
        }
    }

    private RunningServer start(Map<String, String> environment) {
        return RunningServer.start(directory, new HashMap<>(environment));
    }

    private String key(Set<Scope> scopes, String prefix) {
        return TestKeys.make(directory, scopes, prefix, null, null).text();
    }

    private static JsonArray events(RunningServer running, String agent) {
        return new JsonObject(running.client()
                        .get("/v1/agents/" + agent + "/events?limit=1000", "Authorization", "Bearer " + TOKEN)
                        .body())
                .getJsonArray("events");
    }
}
