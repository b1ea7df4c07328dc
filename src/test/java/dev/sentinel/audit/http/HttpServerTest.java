package dev.sentinel.audit.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RawConnection;
import dev.sentinel.audit.RawConnection.Response;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.TestClient;
import dev.sentinel.audit.web.OpenApiContract;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The server as seen from the network: bodies of every kind, and invalid requests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class HttpServerTest {
    private static final int MAX_BODY = 128 * 1024;
    private static final Duration BODY_TIMEOUT = Duration.ofMillis(300);
    private static final String POST = "POST /v1/events HTTP/1.1\r\nHost: localhost\r\n";

    private final OpenApiContract contract = OpenApiContract.load();
    private RunningServer running;
    private TestClient client;

    @BeforeAll
    void start(@TempDir Path directory) {
        running = RunningServer.start(
                directory,
                Map.of(
                        "MAX_BODY_BYTES",
                        Integer.toString(MAX_BODY),
                        "MAX_IN_FLIGHT_BYTES",
                        "1MiB",
                        "BODY_TIMEOUT",
                        BODY_TIMEOUT.toMillis() + "ms"));
        client = running.client();
    }

    @AfterAll
    void stop() {
        running.close();
    }

    @Test
    void gzip_valid_isTaken() {
        assertThat(postGzip(gzip(SampleEvents.any().getBytes(UTF_8))).statusCode())
                .isEqualTo(201);
    }

    @Test
    void gzip_largeBatch_isTaken() {
        String events = "[" + (SampleEvents.any() + ",").repeat(300) + SampleEvents.any() + "]";

        assertThat(postGzip(gzip(events.getBytes(UTF_8))).statusCode()).isEqualTo(201);
    }

    @Test
    void gzip_truncated_isRefused() {
        byte[] whole = gzip(SampleEvents.any().getBytes(UTF_8));
        byte[] half = Arrays.copyOf(whole, whole.length / 2);

        assertThat(postGzip(half).statusCode()).isEqualTo(400);
    }

    @Test
    void gzip_invalid_isRefused() {
        assertThat(postGzip(SampleEvents.any().getBytes(UTF_8)).statusCode()).isEqualTo(400);
    }

    /** The stream of the JDK recurses for each of them. */
    @Test
    void gzip_ofManyEmptyMembers_isRefused() {
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        byte[] empty = gzip(new byte[0]);
        for (int i = 0; i < 6_000; i++) {
            members.writeBytes(empty);
        }

        assertThat(postGzip(members.toByteArray()).statusCode()).isEqualTo(400);
    }

    /** Decompresses to hundreds of times its size. */
    @Test
    void gzip_bomb_isRefused() {
        byte[] bomb = gzip(new byte[64 << 20]);
        assertThat(bomb.length).isLessThan(MAX_BODY);

        assertThat(postGzip(bomb).statusCode()).isEqualTo(413);
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "deflate", "gzip, gzip", "zip"})
    void contentEncoding_unknown_isRefused(String encoding) {
        HttpResponse<String> response =
                client.post(HttpRequest.BodyPublishers.ofString(SampleEvents.any()), "Content-Encoding", encoding);

        assertThat(response.statusCode()).isEqualTo(415);
        contract.check("POST", "/v1/events", response);
    }

    @Test
    void body_chunked_isTaken() {
        String event = SampleEvents.any();
        String chunks = event.chars()
                .mapToObj(character -> "1\r\n" + (char) character + "\r\n")
                .collect(Collectors.joining());

        assertThat(exchange(POST + "Transfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void body_atTheLimit_isTaken() {
        String event = SampleEvents.any();
        String body = " ".repeat(MAX_BODY - event.length()) + event;

        assertThat(client.post("application/json", body).statusCode()).isEqualTo(201);
    }

    @Test
    void body_declaredTooLarge_isRefusedBeforeItIsSent() {
        try (RawConnection connection = connect()) {
            Response response = connection
                    .send(POST + "Content-Length: " + (MAX_BODY + 1) + "\r\n\r\n")
                    .read();

            assertProblem(response, 413);
            assertThat(response.headers()).containsEntry("connection", "close");
        }
    }

    /** Clients that write everything before they read must get the answer, not a connection reset. */
    @Test
    void body_declaredTooLarge_isReadToItsEnd() {
        try (RawConnection connection = connect()) {
            int length = 8 << 20;
            connection.send(POST + "Content-Length: " + length + "\r\n\r\n").send(new byte[length]);

            assertProblem(connection.read(), 413);
            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    @Test
    void body_chunkedTooLarge_isRefused() {
        try (RawConnection connection = connect()) {
            connection.send(POST + "Transfer-Encoding: chunked\r\n\r\n");
            String chunk = "4000\r\n" + " ".repeat(0x4000) + "\r\n";
            connection.send(chunk.repeat(20));

            assertProblem(connection.read(), 413);
        }
    }

    @Test
    void body_neverArrives_isRefusedInTime() {
        try (RawConnection connection = connect()) {
            Response response =
                    connection.send(POST + "Content-Length: 100\r\n\r\n{").read();

            assertProblem(response, 408);
        }
    }

    @Test
    void body_refusedAndNeverEnding_closesTheConnection() {
        try (RawConnection connection = connect()) {
            connection
                    .send(POST + "Content-Length: " + (MAX_BODY + 1) + "\r\n\r\n")
                    .read();

            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    @Test
    void body_expectContinue_getsContinue() {
        String event = SampleEvents.any();
        try (RawConnection connection = connect()) {
            connection.send(POST + "Expect: 100-continue\r\nContent-Length: " + event.length() + "\r\n\r\n");

            assertThat(connection.read().status()).isEqualTo(100);
            assertThat(connection.send(event).read().status()).isEqualTo(201);
        }
    }

    @Test
    void body_expectContinueTooLarge_getsNoContinue() {
        try (RawConnection connection = connect()) {
            connection.send(POST + "Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n");

            assertProblem(connection.read(), 413);
        }
    }

    @Test
    void body_clientDisconnects_releasesItsMemory() {
        for (int i = 0; i < 50; i++) {
            try (RawConnection connection = connect()) {
                connection.send(POST + "Content-Length: 100000\r\n\r\n{");
            }
        }
        // Ten times the budget was acquired and must have been released: the next client must find budget.
        assertThat(client.post("application/json", SampleEvents.any()).statusCode())
                .isEqualTo(201);
    }

    /** A client that only announces a body must not block others. */
    @Test
    void body_announcedOnly_doesNotBlockOthers() {
        try (RawConnection idle = connect();
                RawConnection second = connect()) {
            String head = POST + "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n";
            idle.send(head);
            second.send(head);

            String large = " ".repeat(MAX_BODY / 2) + SampleEvents.any();
            assertThat(client.post("application/json", large).statusCode()).isEqualTo(201);
        }
    }

    @Test
    void http2_clearText_isNotSpoken() {
        HttpResponse<String> response = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .build()
                .sendAsync(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + client.port() + "/health/live"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .join();

        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    }

    @Test
    void requests_pipelined_areAnsweredInOrder() {
        StringBuilder requests = new StringBuilder();
        String[] events = new String[20];
        for (int i = 0; i < events.length; i++) {
            events[i] = SampleEvents.any();
            requests.append(POST)
                    .append("Content-Length: ")
                    .append(events[i].length())
                    .append("\r\n\r\n")
                    .append(events[i]);
        }
        try (RawConnection connection = connect()) {
            connection.send(requests.toString());
            for (String event : events) {
                assertThat(connection.read().body()).contains(new JsonObject(event).getString("event_id"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"GET /docs, 200", "GET /v1/agents?limit=0, 422", "GET /nothing, 404"})
    void head_anyPath_isAnsweredLikeGetWithoutTheBody(String line, int status) {
        String target = line.substring("GET ".length());
        HttpResponse<String> head = client.send("HEAD", target);

        assertThat(head.statusCode()).isEqualTo(status);
        assertThat(head.headers().firstValue("Content-Type"))
                .isEqualTo(client.get(target).headers().firstValue("Content-Type"));
        assertThat(head.body()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /v1/events, 'GET, HEAD, POST'",
        "DELETE, /v1/agents, 'GET, HEAD'",
        "POST, /v1/events/0f8fad5b-d9cb-469f-a165-70867728950e, 'GET, HEAD'",
        "PATCH, /health/live, 'GET, HEAD'",
        "BREW, /v1/agents, 'GET, HEAD'"
    })
    void method_notAllowed_listsTheAllowedOnes(String method, String target, String allowed) {
        HttpResponse<String> response = client.send(method, target);

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers()
                        .firstValue("Allow")
                        .map(allow -> String.join(
                                ", ",
                                Arrays.stream(allow.split(","))
                                        .map(String::strip)
                                        .sorted()
                                        .toList())))
                .hasValue(allowed);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /v1/events?q=%zz HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n|400",
                "GET /v1/agents/%zz/events HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n|400",
                "GET /v1/agents/../../etc/passwd HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n|404",
                "GET http://x/health/live HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n|200",
                "GET\\r\\n\\r\\n|400",
                "POST /v1/events HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Length: nine\\r\\n\\r\\n|400",
                "POST /v1/events HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Length: -1\\r\\n\\r\\n|400",
                "POST /v1/events HTTP/1.1\\r\\nHost: localhost\\r\\n"
                        + "Content-Length: 5\\r\\nContent-Length: 6\\r\\n\\r\\n|400",
            })
    void request_malformed_isRefused(String request, int status) {
        Response response = exchange(request.translateEscapes());

        assertThat(response.status()).as(response.body()).isEqualTo(status);
        if (status != 200) {
            assertProblem(response, status);
        }
    }

    @Test
    void request_binaryBytes_isRefused() {
        assertProblem(exchange("\u00ff\u00fe\u0001\r\n\r\n"), 400);
    }

    /** The end of the body is unknown then. */
    @Test
    void chunk_malformed_endsTheConnection() {
        try (RawConnection connection = connect()) {
            connection.send(POST + "Transfer-Encoding: chunked\r\n\r\nzz\r\n");

            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    @Test
    void url_tooLong_isRefused() {
        assertProblem(exchange("GET /v1/events?q=" + "x".repeat(9_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"), 414);
    }

    @Test
    void headers_eightKibibytes_areTaken() {
        Response response =
                exchange("GET /health/live HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(8_192) + "\r\n\r\n");

        assertThat(response.status()).isEqualTo(200);
    }

    @Test
    void headers_tooLarge_areRefused() {
        assertProblem(exchange("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(20_000) + "\r\n\r\n"), 431);
    }

    private HttpResponse<String> postGzip(byte[] body) {
        HttpResponse<String> response = client.post(
                HttpRequest.BodyPublishers.ofByteArray(body),
                "Content-Type",
                "application/json",
                "Content-Encoding",
                "gzip");
        contract.check("POST", "/v1/events", response);
        return response;
    }

    private RawConnection connect() {
        return new RawConnection(client.port());
    }

    private Response exchange(String request) {
        return RawConnection.exchange(client.port(), request.getBytes(ISO_8859_1));
    }

    private static void assertProblem(Response response, int status) {
        assertThat(response.status()).as(response.body()).isEqualTo(status);
        assertThat(response.headers()).containsEntry("content-type", "application/problem+json");
        assertThat(new JsonObject(response.body()).getInteger("status")).isEqualTo(status);
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
