package dev.sentinel.audit.ingest.otlp;

import static dev.sentinel.audit.ingest.otlp.OtlpClient.PROTOBUF;
import static dev.sentinel.audit.ingest.otlp.OtlpClient.toolSpan;
import static dev.sentinel.audit.ingest.otlp.OtlpClient.toolSpans;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RawConnection;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.TestKeys;
import dev.sentinel.audit.Within;
import dev.sentinel.audit.failure.Overloaded;
import dev.sentinel.audit.keys.Scope;
import io.vertx.core.Future;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one client of OTLP may use up, and what it is charged for. */
@Timeout(90)
final class OtlpFairnessTest {
    private static final String TOKEN = "the-token-of-this-test";

    /** Of a request that is too large to be collected; fields that are unknown. */
    private static final String BEGINNING = "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + PROTOBUF
            + "\r\n%sContent-Length: 20000000\r\n\r\n" + "\020\0".repeat(100_000);

    @TempDir
    private Path directory;

    /** A few megabytes of spans become tens of megabytes of events: they need a place, which none is left. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void body_smallWithHeavyEvents_isReceivedAsALargeOne(boolean forgesItsLength) throws Exception {
        byte[] archive = OtlpClient.gzip(toolSpans("heavy", 40_000).toByteArray());
        assertThat(archive).hasSizeLessThan(1 << 20);
        try (RunningServer running = start(Map.of())) {
            OtlpClient client = new OtlpClient(running);
            byte[] sent = forgesItsLength ? withEmptyMember(archive) : archive;
            try (RawConnection first = new RawConnection(running.client().port());
                    RawConnection second = new RawConnection(running.client().port())) {
                first.send(BEGINNING.formatted(""));
                second.send(BEGINNING.formatted(""));
                waitForPlaces(running, 2);

                assertThat(post(client, sent).statusCode()).isEqualTo(503);
            }
            waitForPlaces(running, 0);
            assertThat(post(client, sent).statusCode()).isEqualTo(200);
            assertThat(running.store().status().committed()).isEqualTo(40_000);
        }
    }

    /** A member without content claims a length of 0 for the whole. */
    @Test
    void gzip_withAForgedLength_isReadInFull() {
        try (RunningServer running = start(Map.of())) {
            byte[] sent =
                    withEmptyMember(OtlpClient.gzip(toolSpans("forged", 50).toByteArray()));

            assertThat(post(new OtlpClient(running), sent).statusCode()).isEqualTo(200);
            assertThat(running.store().status().committed()).isEqualTo(50);
        }
    }

    @Test
    void gzip_ofManyEmptyMembers_isMalformed() {
        try (RunningServer running = start(Map.of())) {
            byte[] empty = OtlpClient.gzip(new byte[0]);
            ByteArrayOutputStream members = new ByteArrayOutputStream();
            for (int i = 0; i < 20_000; i++) {
                members.writeBytes(empty);
            }

            assertThat(post(new OtlpClient(running), members.toByteArray()).statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void request_empty_passesTheRateLimit() {
        try (RunningServer running = start(Map.of("RATE_LIMIT", "5/hour"))) {
            HttpResponse<byte[]> response = new OtlpClient(running).protobuf("/v1/traces", toolSpans("a", 0));

            assertThat(response.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void places_ofOneClient_areTakenBackForAnother() throws Exception {
        String slow = key();
        String other = key();
        try (RunningServer running = start(Map.of("API_TOKEN", TOKEN));
                RawConnection first = new RawConnection(running.client().port());
                RawConnection second = new RawConnection(running.client().port())) {
            first.send(BEGINNING.formatted("x-api-key: " + slow + "\r\n"));
            waitForPlaces(running, 1);
            second.send(BEGINNING.formatted("x-api-key: " + slow + "\r\n"));
            waitForPlaces(running, 2);

            HttpResponse<byte[]> response =
                    new OtlpClient(running).post("/v1/traces", PROTOBUF, large(), "x-api-key", other);

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(second.read().status()).isEqualTo(503);
        }
    }

    /** It would be sent again, and fail again. */
    @Test
    void request_large_isNotRefusedByTheRateLimitInItsMiddle() {
        try (RunningServer running = start(Map.of("RATE_LIMIT", "1200/hour"))) {
            OtlpClient client = new OtlpClient(running);
            client.protobuf("/v1/traces", toolSpans("before", 300));

            assertThat(client.post("/v1/traces", PROTOBUF, large()).statusCode())
                    .isEqualTo(200);
            assertThat(running.store().status().committed()).isEqualTo(1_301);
            assertThat(client.protobuf("/v1/traces", toolSpans("after", 1)).statusCode())
                    .as("in debt")
                    .isEqualTo(429);
        }
    }

    @Test
    void request_large_isNotRefusedByTheDailyBytesInItsMiddle() {
        byte[] body = large();
        try (RunningServer running = start(Map.of("DAILY_BYTES", Integer.toString(body.length + 1_000)))) {
            OtlpClient client = new OtlpClient(running);
            client.protobuf("/v1/traces", toolSpans("before", 10));

            assertThat(client.post("/v1/traces", PROTOBUF, body).statusCode()).isEqualTo(200);
            assertThat(client.protobuf("/v1/traces", toolSpans("after", 1)).statusCode())
                    .as("in debt")
                    .isEqualTo(429);
        }
    }

    @Test
    void body_largeAndMalformed_costsEvents() {
        byte[] body = large();
        try (RunningServer running = start(Map.of("RATE_LIMIT", "5000/hour"))) {
            OtlpClient client = new OtlpClient(running);

            assertThat(client.post("/v1/traces", PROTOBUF, Arrays.copyOf(body, body.length - 1))
                            .statusCode())
                    .isEqualTo(400);
            assertThat(client.protobuf("/v1/traces", toolSpans("after", 1)).statusCode())
                    .isEqualTo(429);
        }
    }

    /** Its answer must not say that nothing is stored. */
    @Test
    void request_largeAndRefusedInItsMiddle_isToldThatAPartMayBeStored() {
        AtomicInteger appends = new AtomicInteger();
        try (RunningServer running = RunningServer.appendingThrough(
                real -> new GatedStore(
                        real,
                        () -> appends.incrementAndGet() > 1
                                ? Future.failedFuture(new Overloaded("a full queue"))
                                : Future.succeededFuture()),
                directory,
                Map.of())) {
            HttpResponse<byte[]> response = new OtlpClient(running).post("/v1/traces", PROTOBUF, large());

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(OtlpClient.status(response)).contains("A part of this request may be stored");
        }
    }

    @Test
    void metrics_slow_areRefused() throws Exception {
        try (RunningServer running = start(Map.of("BODY_TIMEOUT", "300ms"));
                RawConnection connection = new RawConnection(running.client().port())) {
            connection.send("POST /v1/metrics HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + PROTOBUF
                    + "\r\nContent-Length: 100\r\n\r\nx");

            RawConnection.Response answer = connection.read();

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.body()).contains("BODY_TIMEOUT");
        }
    }

    private String key() {
        return TestKeys.make(directory, Set.of(Scope.INGEST), "", null, null).text();
    }

    /** Of 1,001 events, and larger than what is collected. */
    private static byte[] large() {
        return toolSpans("large", 1_000).toBuilder()
                .mergeFrom(OtlpClient.request(
                        "large",
                        toolSpan("large", 1_000)
                                .addAttributes(OtlpClient.attribute("x", "x".repeat(10 << 20)))
                                .build()))
                .build()
                .toByteArray();
    }

    private static byte[] withEmptyMember(byte[] archive) {
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        members.writeBytes(archive);
        members.writeBytes(OtlpClient.gzip(new byte[0]));
        return members.toByteArray();
    }

    private static HttpResponse<byte[]> post(OtlpClient client, byte[] archive) {
        return client.post("/v1/traces", PROTOBUF, archive, "Content-Encoding", "gzip");
    }

    /** Until this many workers decode large bodies. */
    private static void waitForPlaces(RunningServer running, int taken) {
        String gauge = "vertx_pool_in_use{pool_name=\"sentinel-otlp\",pool_type=\"worker\"} " + taken + ".0";
        Within.seconds(20)
                .until(
                        taken + " places are taken",
                        () -> running.client()
                                .get("/metrics", "Authorization", "Bearer " + TOKEN)
                                .body()
                                .contains(gauge));
    }

    private RunningServer start(Map<String, String> environment) {
        return RunningServer.start(directory, new HashMap<>(environment));
    }
}
