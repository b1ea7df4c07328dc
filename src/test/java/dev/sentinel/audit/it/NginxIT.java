package dev.sentinel.audit.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sentinel.audit.EventStream;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.ServerProcess;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real nginx with the configuration for operators, in front of the server. */
@Timeout(120)
final class NginxIT {
    /** The tag of tests whose server has a rate limit. */
    private static final String LIMITED = "limited";

    /** The tag of tests whose server has neither a key nor AUTH=none. */
    private static final String WITHOUT_KEYS = "withoutKeys";

    @TempDir
    private Path directory;

    private ServerProcess server;
    private Nginx nginx;

    @BeforeEach
    void start(TestInfo test) throws Exception {
        assumeThat(Nginx.isInstalled()).as("nginx and openssl are installed").isTrue();
        Map<String, String> environment = new HashMap<>(Map.of("TRUSTED_PROXIES", "127.0.0.1"));
        if (!test.getTags().contains(WITHOUT_KEYS)) {
            environment.put("AUTH", "none");
        }
        if (test.getTags().contains(LIMITED)) {
            environment.put("RATE_LIMIT", "1/hour");
        }
        server = ServerProcess.start(directory.resolve("data"), environment);
        nginx = Nginx.start(directory, server.client().port());
    }

    @AfterEach
    void stop() {
        if (nginx != null) {
            nginx.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    void events_ofEveryKind_passOverHttp2() throws Exception {
        HttpResponse<String> single =
                post("application/json", SampleEvents.any().getBytes(UTF_8));
        assertThat(single.statusCode()).isEqualTo(201);
        assertThat(single.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(single.headers().firstValue("Strict-Transport-Security")).isPresent();
        assertThat(post("application/x-ndjson", (SampleEvents.any() + "\n" + SampleEvents.any()).getBytes(UTF_8))
                        .body())
                .isEqualTo("{\"captured\":2,\"duplicate\":0,\"rejected\":[]}");
        assertThat(post("application/json", gzip(SampleEvents.any()), "Content-Encoding", "gzip")
                        .statusCode())
                .isEqualTo(201);
        assertThat(new JsonObject(get("/v1/events?limit=3").body()).getJsonArray("events"))
                .hasSize(3);
        for (String path :
                List.of("/metrics", "/metrics/", "/metrics//", "//metrics", "/x/../metrics", "/%6Detrics/")) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(404);
        }
    }

    /** A proxy must not publish what was meant for this machine. */
    @Test
    @Tag(WITHOUT_KEYS)
    void server_withoutKeys_isNotPublished() throws Exception {
        HttpResponse<String> read = get("/v1/events");
        assertThat(read.statusCode()).isEqualTo(403);
        assertProblem(read);
        assertThat(read.body()).contains("came through a proxy").contains("AUTH=none");
        assertThat(post("application/json", SampleEvents.any().getBytes(UTF_8)).statusCode())
                .isEqualTo(403);
    }

    /** Exporters send larger bodies than clients of events. */
    @Test
    void openTelemetry_largerThanOtherBodies_isPassedOn() throws Exception {
        String head = "POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close"
                + "\r\nContent-Length: ";
        String body = "{\"resourceLogs\":[]" + " ".repeat(20 << 20) + "}";

        assertThat(exchange(1, head + body.length() + "\r\n\r\n" + body)).startsWith("HTTP/1.1 200");
        assertThat(exchange(1, head + "70000000\r\n\r\n"))
                .startsWith("HTTP/1.1 413")
                .contains("{\"message\":\"The body must not be larger than 64 MiB.\"}");
    }

    @Test
    void errors_ofNginx_lookLikeTheServers() throws Exception {
        String tooLarge =
                "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length:"
                        + " 17000000\r\n\r\n";
        assertThat(exchange(1, tooLarge))
                .startsWith("HTTP/1.1 413")
                .contains("Content-Type: application/problem+json", "must not be larger than 16 MiB");
        HttpResponse<String> invalid = post("application/json", "{}".getBytes(UTF_8));
        assertThat(invalid.statusCode()).isEqualTo(422);
        assertProblem(invalid);

        assertThat(server.terminate()).isZero();
        HttpResponse<String> down = get("/v1/events");
        assertThat(down.statusCode()).isEqualTo(503);
        assertThat(down.headers().firstValue("Retry-After")).contains("5");
        assertProblem(down);
    }

    /** Each event arrives immediately, although the response does not end. */
    @Test
    void stream_passesWithoutBuffering() throws Exception {
        try (EventStream stream = new EventStream(nginx.connect(1), "/v1/events/stream")) {
            assertThat(stream.next().id()).isEqualTo("-1");
            for (long seq = 0; seq < 3; seq++) {
                assertThat(post("application/json", SampleEvents.any().getBytes(UTF_8))
                                .statusCode())
                        .isEqualTo(201);
                assertThat(stream.seqs(1)).containsExactly(seq);
            }
            assertThat(server.terminate()).isZero();
            assertThat(stream.next().event()).isEqualTo("closing");
        }
    }

    @Test
    void export_passesWhole() throws Exception {
        String batch = Stream.generate(SampleEvents::any).limit(3_000).collect(Collectors.joining("\n"));
        assertThat(server.client().post("application/x-ndjson", batch).statusCode())
                .isEqualTo(201);
        HttpResponse<byte[]> export = nginx.client()
                .send(
                        HttpRequest.newBuilder(uri("/v1/events/export"))
                                .header("Accept-Encoding", "gzip")
                                .build(),
                        BodyHandlers.ofByteArray());
        assertThat(export.version()).isEqualTo(HttpClient.Version.HTTP_2);
        String file = new String(new GZIPInputStream(new ByteArrayInputStream(export.body())).readAllBytes(), UTF_8);
        assertThat(file.lines()).hasSize(3_001).last().asString().contains("\"events\":3000,\"complete\":true");
    }

    @Test
    void connections_toTheServer_areKept() throws Exception {
        for (int i = 0; i < 50; i++) {
            assertThat(get("/health/live").statusCode()).isEqualTo(200);
        }
        String open = server.client()
                .get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("sentinel_connections "))
                .findFirst()
                .orElseThrow();
        // At most one connection per nginx worker, and our own.
        int workers = Runtime.getRuntime().availableProcessors();
        assertThat(Double.parseDouble(open.split(" ", -1)[1])).isLessThanOrEqualTo(workers + 1);
    }

    /** If nginx and the server disagree on where a request ends, a second one could be smuggled in. */
    @Test
    void requests_withTwoLengths_neverBecomeTwo() throws Exception {
        String event = SampleEvents.any();
        String hidden =
                "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                        + event.length() + "\r\n\r\n" + event;
        String start = "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
        String length = "Content-Length: " + (hidden.length() + 5) + "\r\n";
        String[] headers = {
            length + "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\n" + length,
            "Content-Length: 5\r\n" + length,
            length + "Transfer-Encoding: xchunked\r\n",
            length + "Transfer-Encoding : chunked\r\n",
            length + "Transfer-Encoding:\tchunked\r\n",
            length + "Transfer-Encoding: chunked, identity\r\n",
            length + " Transfer-Encoding: chunked\r\n",
            "Content-Length: +5\r\n"
        };
        for (String header : headers) {
            String request = start + header + "\r\n0\r\n\r\n" + hidden;
            assertThat(exchange(1, request)).as(header).startsWith("HTTP/1.1 ");
            assertNothingStored("through nginx: " + header);
        }
    }

    private void assertNothingStored(String how) {
        assertThat(new JsonObject(server.client().get("/v1/events").body()).getJsonArray("events"))
                .as(how)
                .isEmpty();
    }

    @Test
    @Tag(LIMITED)
    void limits_countTheRealClient() throws Exception {
        for (int client : new int[] {2, 3}) {
            assertThat(postFrom(client, "")).startsWith("HTTP/1.1 201");
            assertThat(postFrom(client, "")).startsWith("HTTP/1.1 429");
            assertThat(postFrom(client, "X-Forwarded-For: 192.0.2.7\r\nForwarded: for=192.0.2.7\r\n"))
                    .startsWith("HTTP/1.1 429");
        }
    }

    private String postFrom(int address, String headers) throws IOException {
        String event = SampleEvents.any();
        return exchange(
                address,
                "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
                        + headers + "Content-Length: " + event.length() + "\r\n\r\n" + event);
    }

    /** Sends bytes over TLS from the address 127.0.0.from, and reads the whole answer. */
    private String exchange(int from, String request) throws IOException {
        try (SSLSocket socket = nginx.connect(from)) {
            return exchange(socket, request);
        }
    }

    private static String exchange(Socket socket, String request) throws IOException {
        socket.setSoTimeout(3_000);
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.getInputStream().transferTo(read);
        } catch (IOException e) {
            // Closed, or kept open for another request: only the received bytes count.
        }
        return read.toString(ISO_8859_1);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return nginx.client().send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String type, byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri("/v1/events"))
                .header("Content-Type", type)
                .POST(BodyPublishers.ofByteArray(body));
        return nginx.client()
                .send((headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("https://localhost:" + nginx.port() + path);
    }

    private static void assertProblem(HttpResponse<String> response) {
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonObject problem = new JsonObject(response.body());
        assertThat(problem.getInteger("status")).isEqualTo(response.statusCode());
        assertThat(problem.getString("detail")).isNotBlank();
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }
}
