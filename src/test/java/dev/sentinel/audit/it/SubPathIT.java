package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sentinel.audit.EventStream;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.ServerProcess;
import dev.sentinel.audit.client.AuditClient;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The server below a path of another site, behind a real nginx that passes the path on or removes it. */
@Timeout(120)
final class SubPathIT {
    private static final String TOKEN = "the-token-of-this-test";
    private static final Pattern NEXT = Pattern.compile("<(/[^>]*)>; rel=\"next\"");
    private static final Pattern REFERENCE = Pattern.compile("(?:src|href)=\"(/[^\"#]*)");

    @TempDir
    private Path directory;

    private ServerProcess server;
    private Nginx nginx;

    private void start(Nginx.Passing passing) throws Exception {
        assumeThat(Nginx.isInstalled()).as("nginx and openssl are installed").isTrue();
        server = ServerProcess.start(
                directory.resolve("data"),
                Map.of("BASE_PATH", "/sentinel", "TRUSTED_PROXIES", "127.0.0.1", "API_TOKEN", TOKEN));
        nginx = Nginx.startBelowAPath(directory, passing, server.client().port());
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

    @ParameterizedTest
    @EnumSource
    void requests_ofEveryKind_pass(Nginx.Passing passing) throws Exception {
        start(passing);
        assertThat(server.output())
                .contains("ready url=http://127.0.0.1:" + server.client().port() + "/sentinel ");
        for (String probe : List.of("/health/ready", "/sentinel/health/ready")) {
            assertThat(server.client().get(probe).statusCode()).isEqualTo(200);
        }

        assertThat(post(Stream.generate(SampleEvents::any).limit(5)).statusCode())
                .isEqualTo(201);
        assertThat(walk("/sentinel/v1/events?limit=2")).isEqualTo(5);

        assertThat(get("/sentinel/nothing").body()).contains("GET /sentinel/docs lists the API");
        assertThat(get("/elsewhere").body()).isEqualTo("another site");
        for (String path : List.of(
                "/sentinel/metrics",
                "/sentinel/metrics/",
                "/sentinel//metrics",
                "//sentinel/metrics",
                "/sentinel/x/../metrics",
                "/sentinel/%6Detrics",
                "/%73entinel/metrics",
                "/sentinel/sentinel/metrics",
                "/sentinel/%73entinel/metrics",
                "/sentinel/sentinel/sentinel/metrics")) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(404);
        }
        assertThat(server.terminate()).isZero();
        HttpResponse<String> down = get("/sentinel/v1/events");
        assertThat(down.statusCode()).isEqualTo(503);
        assertThat(down.headers().firstValue("Content-Type")).contains("application/problem+json");
    }

    @ParameterizedTest
    @EnumSource
    void pages_theirRedirectsAndFiles_areBelowThePath(Nginx.Passing passing) throws Exception {
        start(passing);
        assertThat(location("/sentinel")).endsWith("/sentinel/");
        assertThat(location("/sentinel/")).isEqualTo("/sentinel/ui/");
        assertThat(location("/sentinel/ui")).isEqualTo("/sentinel/ui/");
        for (String page : List.of("/sentinel/ui/events", "/sentinel/docs", "/sentinel/docs/api-reference")) {
            Matcher reference = REFERENCE.matcher(get(page).body());
            assertThat(reference.results().map(found -> found.group(1)).distinct())
                    .hasSizeGreaterThan(5)
                    .allSatisfy(path -> {
                        assertThat(path).startsWith("/sentinel/");
                        assertThat(get(path, "Authorization", "Bearer " + TOKEN).statusCode())
                                .as(path)
                                .isEqualTo(200);
                    });
        }
    }

    @ParameterizedTest
    @EnumSource
    void session_fromSignInToSignOut_isOfThePath(Nginx.Passing passing) throws Exception {
        start(passing);
        HttpResponse<String> signedIn = session("POST", "");
        assertThat(signedIn.statusCode()).isEqualTo(200);
        String cookie = signedIn.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).contains("; Path=/sentinel/;", "; Secure");
        String value = cookie.substring(0, cookie.indexOf(';'));
        assertThat(send("/sentinel/v1/events", "Cookie", value).statusCode()).isEqualTo(200);

        HttpResponse<String> signedOut = session("DELETE", value);

        assertThat(signedOut.statusCode()).isEqualTo(204);
        assertThat(signedOut.headers().firstValue("Set-Cookie").orElseThrow())
                .startsWith("sentinel_session=; Max-Age=0;")
                .contains("; Path=/sentinel/;");
        assertThat(send("/sentinel/v1/events", "Cookie", value).statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @EnumSource
    void sdk_itsEvents_passAndAreStreamedAtOnce(Nginx.Passing passing) throws Exception {
        start(passing);
        String[] token = {"Authorization", "Bearer " + TOKEN};
        try (EventStream stream = new EventStream(nginx.connect(1), "/sentinel/v1/events/stream", token);
                AuditClient audit = AuditClient.builder()
                        .endpoint("https://localhost:" + nginx.port() + "/sentinel")
                        .token(TOKEN)
                        .agentInstanceId("tester")
                        .sslContext(nginx.tls())
                        .build()) {
            assertThat(stream.next().id()).isEqualTo("-1");
            audit.record(event -> event.traceId("below-a-path").toolCall("web_search"));
            assertThat(audit.flush(Duration.ofSeconds(20))).isTrue();
            assertThat(stream.seqs(1)).containsExactly(0L);
        }
        assertThat(get("/sentinel/v1/events/export").body().lines())
                .hasSize(2)
                .last()
                .asString()
                .contains("\"events\":1,\"complete\":true");
    }

    /** Follows the links from the first page to the last, and returns the number of events. */
    private int walk(String first) throws Exception {
        int events = 0;
        String target = first;
        while (target != null) {
            HttpResponse<String> page = get(target);
            events += new JsonObject(page.body()).getJsonArray("events").size();
            Matcher next = NEXT.matcher(page.headers().firstValue("Link").orElse(""));
            target = next.matches() ? next.group(1) : null;
            assertThat(target == null || target.startsWith("/sentinel/v1/events?"))
                    .isTrue();
        }
        return events;
    }

    private String location(String path) throws Exception {
        HttpResponse<String> response = send(path, "Accept", "text/html");
        assertThat(response.statusCode()).isBetween(300, 399);
        return response.headers().firstValue("Location").orElseThrow();
    }

    private HttpResponse<String> get(String path) {
        return get(path, "Authorization", "Bearer " + TOKEN);
    }

    private HttpResponse<String> get(String path, String... headers) {
        try {
            return send(path, headers);
        } catch (Exception e) {
            throw new AssertionError(path, e);
        }
    }

    private HttpResponse<String> send(String path, String... headers) throws Exception {
        return nginx.client()
                .send(HttpRequest.newBuilder(uri(path)).headers(headers).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(Stream<String> events) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/sentinel/v1/events"))
                .headers("Content-Type", "application/x-ndjson", "Authorization", "Bearer " + TOKEN)
                .POST(BodyPublishers.ofString(events.collect(Collectors.joining("\n"))))
                .build();
        return nginx.client().send(request, BodyHandlers.ofString());
    }

    private HttpResponse<String> session(String method, String cookie) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri("/sentinel/ui/session"))
                .headers("Content-Type", "application/json", "Sec-Fetch-Site", "same-origin")
                .method(method, BodyPublishers.ofString("{\"token\":\"" + TOKEN + "\"}"));
        if (!cookie.isEmpty()) {
            request.header("Cookie", cookie);
        }
        return nginx.client().send(request.build(), BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("https://localhost:" + nginx.port() + path);
    }
}
