package dev.sentinel.audit.ingest.otlp;

import static dev.sentinel.audit.ingest.otlp.OtlpClient.PROTOBUF;
import static dev.sentinel.audit.ingest.otlp.OtlpClient.toolSpans;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RawConnection;
import dev.sentinel.audit.RunningServer;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one client of OTLP may use up, and what it is charged for. */
@Timeout(90)
final class OtlpFairnessTest {
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
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!running.client().get("/metrics").body().contains(gauge)) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private RunningServer start(Map<String, String> environment) {
        return RunningServer.start(directory, new HashMap<>(environment));
    }
}
