package dev.sentinel.audit.http.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.TestKeys;
import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.keys.KeyToken;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.keys.Session;
import dev.sentinel.audit.keys.TokenHash;
import dev.sentinel.audit.store.sqlite.SqliteKeyStore;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
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
    private Path directory;
    private KeyToken ingest;
    private KeyToken read;
    private RunningServer server;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        directory = temporary;
        ingest = TestKeys.make(directory, Set.of(Scope.INGEST), "", null, null);
        read = TestKeys.make(directory, Set.of(Scope.READ), "", null, null);
        server = RunningServer.start(directory, Map.of("API_TOKEN", TOKEN));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void signIn_validToken_setsAnHttpOnlyCookie() {
        HttpResponse<String> response = signIn(TOKEN);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(setCookie(response))
                .matches("sentinel_session=[\\w-]{43};.*")
                .contains("HTTPOnly", "SameSite=Strict", "Path=/")
                .doesNotContain("Secure", "Max-Age", "Expires");
        assertThat(page(response)).matches("[\\w-]{43}").isNotEqualTo(cookie(response));
    }

    /** The file of the keys holds nothing with which somebody who reads it could sign in. */
    @Test
    void signIn_leavesOnlyHashesOnDisk() throws Exception {
        HttpResponse<String> response = signIn(TOKEN);
        String value = cookie(response).substring("sentinel_session=".length());
        StringBuilder content = new StringBuilder();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file :
                    files.filter(path -> path.toString().contains("keys")).toList()) {
                content.append(Files.readString(file, ISO_8859_1));
            }
        }

        assertThat(content)
                .contains(
                        TokenHash.of(value).hex(), TokenHash.of(page(response)).hex())
                .doesNotContain(
                        value, page(response), TOKEN, TokenHash.of(TOKEN).hex());
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
                "{\"token\":\"a\",\"token\":\"b\"}",
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
                .isEqualTo(200);
    }

    @Test
    void cookie_reads() {
        assertThat(get("/v1/events", cookie(signIn(TOKEN))).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sentinel_session=b3RoZXI",
                "sentinel_session=",
                "sentinel_session=" + TOKEN,
                "sentinel_session=dGhlLXRva2VuLW9mLXRoaXMtdGVzdA"
            })
    void cookie_wrong_isRefused(String cookie) {
        assertThat(get("/v1/events", cookie).statusCode()).isEqualTo(401);
    }

    /** The session of another server is known before the next of the looks that are made once a second. */
    @Test
    void cookie_ofASessionThatAnotherServerBegan_reads() {
        besideAnotherServer(other -> {
            for (int i = 0; i < 5; i++) {
                String cookie = begin(other, "read-" + i);
                assertThat(get("/v1/events", cookie).statusCode()).isEqualTo(200);
            }
        });
    }

    @Test
    void signOut_ofASessionThatAnotherServerBegan_endsIt() {
        besideAnotherServer(other -> {
            for (int i = 0; i < 5; i++) {
                String cookie = begin(other, "end-" + i);
                assertThat(signOut(cookie).statusCode()).isEqualTo(204);
                assertThat(other.sessions().await())
                        .extracting(Session::cookie)
                        .doesNotContain(TokenHash.of("end-" + i));
            }
        });
    }

    private void besideAnotherServer(Consumer<KeyStore> test) {
        Vertx vertx = Vertx.vertx();
        try {
            KeyStore other = SqliteKeyStore.open(vertx, directory.resolve("sentinel_audit.db"))
                    .await();
            test.accept(other);
            other.close().await();
        } finally {
            vertx.close().await();
        }
    }

    /** @return the header of a browser that signed in there */
    private static String begin(KeyStore other, String value) {
        Instant now = Instant.now();
        other.begin(Session.of(value, "page", "api_token", TOKEN, now.plusSeconds(60)), now)
                .await();
        return "sentinel_session=" + value;
    }

    /** What a key that only reads may change is a change, too. */
    @ParameterizedTest
    @CsvSource({"POST, /v1/views", "PATCH, /v1/views/x", "DELETE, /v1/views/x"})
    void cookie_alone_neverChangesViews(String method, String path) {
        HttpResponse<String> signedIn = signIn(TOKEN);

        assertThat(server.client()
                        .send(method, path, "Cookie", cookie(signedIn), "Sec-Fetch-Site", "same-origin")
                        .statusCode())
                .isEqualTo(401);
    }

    /** A browser sends the cookie automatically, also for a page of another port. */
    @Test
    void cookie_alone_neverWrites() {
        HttpResponse<String> signedIn = signIn(TOKEN);
        assertThat(post(cookie(signedIn), "Sec-Fetch-Site", "same-origin").statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-Fetch-Site, same-origin, 201",
        "Sec-Fetch-Site, same-site, 401",
        "Sec-Fetch-Site, cross-site, 401",
        "Origin, https://evil.example, 401",
        "Origin, http://127.0.0.1:1, 401",
        "Accept, */*, 401"
    })
    void pageToken_withTheBrowsersWord_writes(String header, String value, int status) {
        HttpResponse<String> signedIn = signIn(TOKEN);
        assertThat(post(cookie(signedIn), "Sentinel-Page-Token", page(signedIn), header, value)
                        .statusCode())
                .isEqualTo(status);
    }

    @Test
    void pageToken_ofAnotherSession_writesNothing() {
        assertThat(post(
                                cookie(signIn(TOKEN)),
                                "Sentinel-Page-Token",
                                page(signIn(TOKEN)),
                                "Sec-Fetch-Site",
                                "same-origin")
                        .statusCode())
                .isEqualTo(401);
    }

    /** A page may do what the key of its session may, and no more. */
    @Test
    void pageToken_keyThatOnlyReads_writesNothing() {
        HttpResponse<String> signedIn = signIn(read.text());
        assertThat(post(cookie(signedIn), "Sentinel-Page-Token", page(signedIn), "Sec-Fetch-Site", "same-origin")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void session_withoutCookie_asksToSignIn() {
        assertThat(server.client().getJson("/ui/session"))
                .isEqualTo(new JsonObject().put("sign_in_needed", true).putNull("key"));
    }

    @Test
    void session_withCookie_namesTheKey() {
        JsonObject session =
                new JsonObject(get("/ui/session", cookie(signIn(TOKEN))).body());
        assertThat(session.getString("key")).isEqualTo("api_token");
        assertThat(session.getBoolean("admin")).isTrue();
    }

    @Test
    void signOut_endsTheSessionAndClearsTheCookie() {
        String cookie = cookie(signIn(TOKEN));
        String other = cookie(signIn(TOKEN));
        HttpResponse<String> response = signOut(cookie);

        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(setCookie(response)).contains("sentinel_session=;", "Max-Age=0");
        assertThat(get("/v1/events", cookie).statusCode()).isEqualTo(401);
        assertThat(get("/v1/events", other).statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> signOut(String cookie) {
        return session("DELETE", "", "Content-Type", JSON, "Cookie", cookie);
    }

    private HttpResponse<String> get(String path, String cookie) {
        return server.client().get(path, "Cookie", cookie);
    }

    private HttpResponse<String> post(String cookie, String... headers) {
        List<String> all = new ArrayList<>(List.of("Content-Type", JSON, "Cookie", cookie));
        all.addAll(List.of(headers));
        return server.client()
                .post(BodyPublishers.ofString(SampleEvents.of(UUID.randomUUID())), all.toArray(String[]::new));
    }

    private static String cookie(HttpResponse<String> signedIn) {
        String cookie = setCookie(signedIn);
        return cookie.substring(0, cookie.indexOf(';'));
    }

    private static String page(HttpResponse<String> signedIn) {
        return new JsonObject(signedIn.body()).getString("page_token");
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
