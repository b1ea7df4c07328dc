package dev.sentinel.audit.http.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.TestClient;
import dev.sentinel.audit.TestKeys;
import dev.sentinel.audit.keys.KeyToken;
import dev.sentinel.audit.keys.Scope;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules for a path hold below {@code BASE_PATH} too. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PublicPathAccessTest {
    private static final String TOKEN = "the-token-of-this-test";
    private static final String METRICS_TOKEN = "the-metrics-token-of-this-test";

    private final HttpClient client = HttpClient.newHttpClient();
    private KeyToken ingest;
    private RunningServer running;
    private TestClient server;

    @BeforeAll
    void start(@TempDir Path directory) {
        ingest = TestKeys.make(directory, Set.of(Scope.INGEST), "", null, null);
        running = RunningServer.start(
                directory, Map.of("BASE_PATH", "/sentinel", "API_TOKEN", TOKEN, "METRICS_TOKEN", METRICS_TOKEN));
        server = running.client();
    }

    @AfterAll
    void stop() {
        running.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/metrics", "/metrics/", "//metrics", "/./metrics", "/x/../metrics", "/%6Detrics"})
    void metrics_howeverWritten_needTheirToken(String path) {
        for (String target : new String[] {"/sentinel" + path, path}) {
            assertThat(server.get(target).statusCode()).as(target).isEqualTo(401);
            assertThat(get(target, METRICS_TOKEN).statusCode()).as(target).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/events", "/v1//events", "//v1/events", "/./v1/events", "/%76%31/events"})
    void events_howeverWritten_needAToken(String path) {
        assertThat(server.get("/sentinel" + path).statusCode()).isEqualTo(401);
        assertThat(get("/sentinel" + path, ingest.text()).statusCode()).isEqualTo(403);
        assertThat(get("/sentinel" + path, TOKEN).statusCode()).isEqualTo(200);
    }

    @Test
    void redaction_isForAnyKey() {
        assertThat(get("/sentinel/v1/redaction", ingest.text()).statusCode()).isEqualTo(200);
        assertThat(server.get("/sentinel/v1/redaction").statusCode()).isEqualTo(401);
    }

    @Test
    void session_itsCookie_isForThePrefixOnly() throws Exception {
        HttpResponse<String> signedIn = session("/sentinel", "POST", "");
        String cookie = setCookie(signedIn);
        assertThat(cookie).contains("; Path=/sentinel/;");
        assertThat(setCookie(session("", "POST", "")))
                .as("a proxy may have removed the prefix")
                .contains("; Path=/sentinel/;");
        String value = cookie.substring(0, cookie.indexOf(';'));
        assertThat(server.get("/sentinel/v1/events", "Cookie", value).statusCode())
                .isEqualTo(200);
        String page = new JsonObject(signedIn.body()).getString("page_token");
        assertThat(post(value, page)).isEqualTo(201);

        HttpResponse<String> signedOut = session("/sentinel", "DELETE", value);

        assertThat(signedOut.statusCode()).isEqualTo(204);
        assertThat(setCookie(signedOut)).contains("; Path=/sentinel/;").startsWith("sentinel_session=; Max-Age=0;");
        assertThat(server.get("/sentinel/v1/events", "Cookie", value).statusCode())
                .isEqualTo(401);
    }

    /** Browsers send the cookie of the longer path first; the other is of a server that has the whole host. */
    @Test
    void session_anotherCookieForTheWholeHost_doesNotCount() throws Exception {
        String cookie = setCookie(session("/sentinel", "POST", ""));
        String both = cookie.substring(0, cookie.indexOf(';')) + "; sentinel_session=" + "x".repeat(43);

        assertThat(server.get("/sentinel/v1/events", "Cookie", both).statusCode())
                .isEqualTo(200);
    }

    @Test
    void export_countsAsTenQueries(@TempDir Path directory) {
        try (RunningServer limited =
                RunningServer.start(directory, Map.of("BASE_PATH", "/sentinel", "RATE_LIMIT", "11/hour"))) {
            assertThat(limited.client().get("/sentinel/v1/events/export").statusCode())
                    .isEqualTo(200);
            assertThat(limited.client().get("/sentinel/v1/events").statusCode()).isEqualTo(200);
            assertThat(limited.client().get("/sentinel/v1/events").statusCode()).isEqualTo(429);
            assertThat(limited.client().get("/v1/events").statusCode()).isEqualTo(429);
        }
    }

    private HttpResponse<String> get(String target, String token) {
        return server.get(target, "Authorization", "Bearer " + token);
    }

    private HttpResponse<String> session(String prefix, String method, String cookie) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(prefix + "/ui/session"))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString("{\"token\":\"" + TOKEN + "\"}"));
        if (!cookie.isEmpty()) {
            request.header("Cookie", cookie);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Posts as the page does, and returns the status. */
    private int post(String cookie, String page) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/sentinel/v1/events"))
                .headers("Content-Type", "application/json", "Cookie", cookie)
                .headers("Sentinel-Page-Token", page, "Sec-Fetch-Site", "same-origin")
                .POST(BodyPublishers.ofString(SampleEvents.any()))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private URI uri(String target) {
        return URI.create("http://127.0.0.1:" + server.port() + target);
    }

    private static String setCookie(HttpResponse<String> response) {
        return response.headers().firstValue("Set-Cookie").orElseThrow();
    }
}
