package dev.sentinel.audit.http.inflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.EventStream;
import dev.sentinel.audit.RawConnection;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.TestKeys;
import dev.sentinel.audit.Within;
import dev.sentinel.audit.keys.RateLimit;
import dev.sentinel.audit.keys.Scope;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One client against all others: whatever it holds, another one is served. */
@Timeout(60)
final class FairShareTest {
    private static final String POST = "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ";

    /** Room for bodies of 512 KiB together. */
    private static final Map<String, String> SMALL =
            Map.of("MAX_BODY_BYTES", "256KiB", "MAX_IN_FLIGHT_BYTES", "512KiB");

    @TempDir
    private Path directory;

    /** The bodies would hold 300,000 events, if events counted before they are there. */
    @Test
    void bodies_announcedOnly_holdNothing() {
        String greedy = TestKeys.make(directory, Set.of(Scope.INGEST), "", RateLimit.parse("1/hour"), null)
                .text();
        String modest = key(Scope.ADMIN);
        try (RunningServer server = RunningServer.start(directory)) {
            List<RawConnection> held = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                held.add(connect(server).send(POST + greedy + "\r\nContent-Length: 1600000\r\n\r\n"));
            }
            // Its answer shows that the server has read the heads: they are on other connections, but were sent before.
            for (int i = 0; i < 5; i++) {
                assertThat(post(server, modest, SampleEvents.any()).statusCode())
                        .isEqualTo(201);
            }
            String metrics = server.client()
                    .get("/metrics", "Authorization", "Bearer " + modest)
                    .body();
            assertThat(metrics)
                    .containsPattern("sentinel_admission_events_in_flight(\\{.*})? 0.0")
                    .containsPattern("sentinel_admission_bytes_in_flight(\\{.*})? 0.0");
            held.forEach(RawConnection::close);
        }
    }

    @Test
    void bodies_chunkedAndIdle_holdNothing() {
        try (RunningServer server = RunningServer.start(directory, SMALL)) {
            List<RawConnection> held = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                held.add(connect(server)
                        .send("POST /v1/events HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"));
            }
            String large = " ".repeat(200_000) + SampleEvents.any();

            assertThat(server.client().post("application/json", large).statusCode())
                    .isEqualTo(201);
            held.forEach(RawConnection::close);
        }
    }

    /** The greedy client has sent all bytes but the last ones, and holds the memory of three bodies. */
    @Test
    void bodies_heldByOneClient_giveWayToAnother() {
        String greedy = key(Scope.INGEST);
        String modest = key(Scope.ADMIN);
        try (RunningServer server = RunningServer.start(directory, SMALL)) {
            String large = " ".repeat(160_000) + SampleEvents.any();
            List<RawConnection> held = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                held.add(connect(server)
                        .send(POST + greedy + "\r\nContent-Length: " + large.length() + "\r\n\r\n"
                                + large.substring(10)));
                long sent = (i + 1) * 160_000L;
                Within.seconds(20).until("the bytes are held", () -> bytesHeld(server, modest) >= sent);
            }

            assertThat(post(server, modest, large).statusCode()).isEqualTo(201);
            assertThat(held.get(2).read().status()).as("the newest").isEqualTo(503);
            held.forEach(RawConnection::close);
        }
    }

    @Test
    void streams_heldByOneClient_giveWayToAnother() {
        String greedy = key(Scope.READ);
        String modest = key(Scope.READ);
        try (RunningServer server = RunningServer.start(directory, Map.of("MAX_STREAMS", "4"))) {
            List<EventStream> held = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                held.add(stream(server, greedy));
            }

            assertThat(stream(server, modest).status()).isEqualTo(200);
            assertThat(held.get(3).next().event()).as("after the start").isEmpty();
            assertThat(held.get(3).next().event()).isEqualTo("closing");
            held.forEach(EventStream::close);
        }
    }

    @Test
    void connections_heldByOneAddress_giveWayToAnother() {
        String ping = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
        try (RunningServer server = RunningServer.start(directory, Map.of("MAX_CONNECTIONS", "8"))) {
            List<RawConnection> held = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                held.add(connect(server));
                assertThat(held.get(i).send(ping).read().status()).isEqualTo(200);
            }
            for (int i = 0; i < 2; i++) {
                RawConnection other = new RawConnection(server.client().port(), "127.0.0.2");
                assertThat(other.send(ping).read().status()).isEqualTo(200);
                assertThat(held.get(i).isClosedByServer()).as("the oldest").isTrue();
                held.add(other);
            }
            assertThat(held.get(7).send(ping).read().status()).isEqualTo(200);
            held.forEach(RawConnection::close);
        }
    }

    /** Long before BODY_TIMEOUT. */
    @Test
    void body_tooSlow_isRefused() {
        try (RunningServer server = RunningServer.start(directory);
                RawConnection slow = connect(server)) {
            RawConnection.Response answer = slow.send(
                            "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n{")
                    .read();

            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.body()).contains("MIN_BODY_RATE");
        }
    }

    private String key(Scope scope) {
        return TestKeys.make(directory, Set.of(scope), "", null, null).text();
    }

    private static EventStream stream(RunningServer server, String token) {
        return EventStream.open(server.client().port(), "/v1/events/stream", "Authorization", "Bearer " + token);
    }

    private static HttpResponse<String> post(RunningServer server, String token, String body) {
        return server.client()
                .post(
                        HttpRequest.BodyPublishers.ofString(body),
                        "Content-Type",
                        "application/json",
                        "Authorization",
                        "Bearer " + token);
    }

    private static long bytesHeld(RunningServer server, String token) {
        return server.client()
                .get("/metrics", "Authorization", "Bearer " + token)
                .body()
                .lines()
                .filter(line -> line.startsWith("sentinel_admission_bytes_in_flight"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static RawConnection connect(RunningServer server) {
        return new RawConnection(server.client().port());
    }
}
