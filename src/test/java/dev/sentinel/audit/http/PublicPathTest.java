package dev.sentinel.audit.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RawConnection;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.TestClient;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server below a path. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PublicPathTest {
    private RunningServer running;
    private TestClient server;

    @BeforeAll
    void start(@TempDir Path directory) {
        running = RunningServer.start(directory, Map.of("BASE_PATH", "/sentinel/"));
        server = running.client();
    }

    @AfterAll
    void stop() {
        running.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/events?limit=1",
                "/v1/agents/",
                "//v1//events",
                "/v1/%65vents",
                "/v1/../v1/events",
                "/health/live",
                "/health/ready",
                "/metrics",
                "/openapi.json",
                "/"
            })
    void path_withAndWithoutThePrefix_isServed(String path) {
        assertThat(server.get("/sentinel" + path).statusCode()).isEqualTo(200);
        assertThat(server.get(path).statusCode()).isEqualTo(200);
    }

    /** The prefix is removed only where it is literally, and only once. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/sentinel/sentinel/v1/events",
                "/sentinel/sentinel/metrics",
                "/sentinel/sentinel/",
                "/sentinel/sentinel",
                "/sentinel//sentinel/metrics",
                "/%73entinel/v1/events",
                "/%73entinel/metrics",
                "/sentinel%2Fmetrics",
                "//sentinel/metrics",
                "/./sentinel/metrics",
                "/x/../sentinel/metrics",
                "/Sentinel/metrics",
                "/sentinelx/metrics",
                "/sentinel/nothing",
                "/nothing"
            })
    void path_elsewhere_is404(String path) {
        HttpResponse<String> response = server.get(path);

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(new JsonObject(response.body()).getString("detail"))
                .isEqualTo("Nothing exists at this path. GET /sentinel/docs lists the API.");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /sentinel, /sentinel/",
        "HEAD, /sentinel, /sentinel/",
        "POST, /sentinel?a=%2F&b, /sentinel/?a=%2F&b"
    })
    void prefix_withoutSlash_isRedirected(String method, String target, String location) {
        HttpResponse<String> response = server.send(method, target);

        assertThat(response.statusCode()).isEqualTo(308);
        assertThat(response.headers().firstValue("Location")).hasValue(location);
        assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    }

    @Test
    void event_postedBelowThePrefix_isFoundWithoutIt() {
        String event = SampleEvents.any();
        String request = "POST /sentinel/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + event.length() + "\r\n\r\n" + event;
        assertThat(exchange(request).status()).isEqualTo(201);

        String id = new JsonObject(event).getString("event_id");
        assertThat(server.getJson("/v1/events/" + id)).isEqualTo(server.getJson("/sentinel/v1/events/" + id));
    }

    @Test
    void head_isAnsweredLikeGet() {
        HttpResponse<String> response = server.send("HEAD", "/sentinel/v1/events?limit=1");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(server.send("HEAD", "/sentinel/v1/events?limit=x").statusCode())
                .isEqualTo(422);
    }

    @Test
    void method_notSupported_namesThoseThatAre() {
        HttpResponse<String> response = server.send("DELETE", "/sentinel/v1/events");

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD, POST");
    }

    @ParameterizedTest
    @CsvSource({
        "GET http://x/sentinel/health/live HTTP/1.1, 200",
        "HEAD http://x/sentinel/v1/events?limit=1 HTTP/1.1, 200",
        "GET http://x/sentinel HTTP/1.1, 308",
        "OPTIONS * HTTP/1.1, 404",
    })
    void target_ofAnotherForm_isUnderstood(String line, int status) {
        assertThat(exchange(line + "\r\nHost: localhost\r\n\r\n").status()).isEqualTo(status);
    }

    /** The metrics do not tell the two ways to reach a route apart. */
    @Test
    void metrics_nameTheRouteWithoutThePrefix() {
        server.get("/sentinel/v1/stats");

        assertThat(server.get("/metrics").body())
                .contains("route=\"/v1/stats\"")
                .doesNotContain("route=\"/sentinel");
    }

    private RawConnection.Response exchange(String request) {
        return RawConnection.exchange(running.client().port(), request.getBytes(StandardCharsets.ISO_8859_1));
    }
}
