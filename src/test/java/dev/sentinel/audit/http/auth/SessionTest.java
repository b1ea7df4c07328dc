package dev.sentinel.audit.http.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sign-in at the dashboard. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SessionTest {
    private static final String TOKEN = "the-token-of-this-test";
    private static final String JSON = "application/json";

    private final HttpClient client = HttpClient.newHttpClient();
    private KeyToken ingest;
    private RunningServer server;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        ingest = TestKeys.make(directory, Set.of(Scope.INGEST), "", null, null);
        server = RunningServer.start(directory, Map.of("API_TOKEN", TOKEN));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void signIn_validToken_setsAnHttpOnlyCookie() {
        HttpResponse<String> response = signIn(TOKEN);
        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(setCookie(response))
                .contains(cookie(TOKEN), "HTTPOnly", "SameSite=Strict", "Path=/")
                .doesNotContain("Secure", "Max-Age", "Expires");
    }

    @Test
    void signIn_throughTls_setsASecureCookie() {
        HttpResponse<String> response =
                session("POST", body(TOKEN), "Content-Type", JSON, "X-Forwarded-Proto", "https");
        assertThat(setCookie(response)).contains("Secure");
    }

    @Test
    void signIn_unknownToken_isRefused() {
        HttpResponse<String> response = signIn("snt_unknown");
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    void signIn_keyWithoutRead_isRefused() {
        HttpResponse<String> response = signIn(ingest.text());
        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.body()).contains("lacks the scope");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"token\":1}",
                "{\"token\":\"a b\"}",
                "{\"token\":\"ä\"}",
                "{\"token\":\"\"}",
                "x"
            })
    void signIn_badBody_is422(String body) {
        assertThat(session("POST", body, "Content-Type", JSON).statusCode()).isEqualTo(422);
    }

    @Test
    void signIn_largeBody_is413() {
        assertThat(session("POST", " ".repeat(5_000), "Content-Type", JSON).statusCode())
                .isEqualTo(413);
    }

    /** Content types that a form of another site can send without a preflight. */
    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded"})
    void signIn_asAFormWould_is415(String type) {
        assertThat(session("POST", body(TOKEN), "Content-Type", type).statusCode())
                .isEqualTo(415);
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-Fetch-Site, cross-site",
        "Sec-Fetch-Site, same-site",
        "Origin, https://evil.example",
        "Origin, null",
        "Origin, https://["
    })
    void session_ofAnotherOrigin_isNotChanged(String header, String value) {
        for (String method : List.of("POST", "DELETE")) {
            HttpResponse<String> response = session(method, body(TOKEN), "Content-Type", JSON, header, value);
            assertThat(response.statusCode()).isEqualTo(403);
            assertThat(response.headers().firstValue("Set-Cookie")).isEmpty();
        }
    }

    @Test
    void signIn_ofItsOwnOrigin_isAccepted() {
        String origin = "http://127.0.0.1:8443";
        assertThat(session("POST", body(TOKEN), "Content-Type", JSON, "Origin", origin)
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void cookie_reads() {
        assertThat(server.client().get("/v1/events", "Cookie", cookie(TOKEN)).statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sentinel_session=b3RoZXI", "sentinel_session=", "sentinel_session=no.base64"})
    void cookie_wrong_isRefused(String cookie) {
        assertThat(server.client().get("/v1/events", "Cookie", cookie).statusCode())
                .isEqualTo(401);
    }

    /** A browser sends the cookie automatically. */
    @Test
    void cookie_neverWrites() {
        HttpResponse<String> response = server.client()
                .post(
                        BodyPublishers.ofString(SampleEvents.of(UUID.randomUUID())),
                        "Content-Type",
                        JSON,
                        "Cookie",
                        cookie(TOKEN));
        assertThat(response.statusCode()).isEqualTo(401);
    }

    @Test
    void session_withoutCookie_asksToSignIn() {
        assertThat(server.client().getJson("/ui/session"))
                .isEqualTo(new JsonObject().put("sign_in_needed", true).putNull("key"));
    }

    @Test
    void session_withCookie_namesTheKey() {
        JsonObject session = new JsonObject(
                server.client().get("/ui/session", "Cookie", cookie(TOKEN)).body());
        assertThat(session.getString("key")).isEqualTo("api_token");
    }

    @Test
    void signOut_clearsTheCookie() {
        assertThat(setCookie(session("DELETE", "", "Content-Type", JSON))).contains("sentinel_session=;", "Max-Age=0");
    }

    private static String cookie(String token) {
        return "sentinel_session=" + Base64.getUrlEncoder().withoutPadding().encodeToString(token.getBytes(UTF_8));
    }

    private HttpResponse<String> signIn(String token) {
        return session("POST", body(token), "Content-Type", JSON);
    }

    private static String body(String token) {
        return new JsonObject().put("token", token).encode();
    }

    private HttpResponse<String> session(String method, String body, String... headers) {
        URI uri = URI.create("http://127.0.0.1:" + server.client().port() + "/ui/session");
        HttpRequest request = HttpRequest.newBuilder(uri)
                .method(method, BodyPublishers.ofString(body))
                .headers(headers)
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).join();
    }

    private static String setCookie(HttpResponse<String> response) {
        return response.headers().firstValue("Set-Cookie").orElseThrow();
    }
}
