package dev.sentinel.audit.views;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.TestKeys;
import dev.sentinel.audit.keys.KeyToken;
import dev.sentinel.audit.keys.Scope;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Views of keys: one server for all tests. */
final class ViewsResourceTest {
    private static final String JSON = "application/json";

    @TempDir
    private static Path directory;

    private static RunningServer server;

    private static KeyToken reader;
    private static KeyToken other;

    @BeforeAll
    static void start() {
        reader = TestKeys.make(directory, Set.of(Scope.READ), "", null, null);
        other = TestKeys.make(directory, Set.of(Scope.ADMIN), "", null, null);
        server = RunningServer.start(directory);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void removeAll() {
        views().forEach(view -> status("DELETE", "/" + ((JsonObject) view).getString("id"), ""));
    }

    @Test
    void view_ofAKeyThatOnlyReads_isKeptChangedAndRemoved() {
        JsonObject made = json(201, "POST", "", view("Errors", "/ui/events?query=status%3Aerror"));
        String one = "/" + made.getString("id");

        assertThat(json(
                                200,
                                "PATCH",
                                one,
                                new JsonObject().put("name", "All errors").encode())
                        .getString("path"))
                .isEqualTo("/ui/events?query=status%3Aerror");
        assertThat(names()).containsExactly("All errors");
        assertThat(status("DELETE", one, "")).isEqualTo(204);
        assertThat(status("DELETE", one, "")).isEqualTo(404);
        assertThat(status("PATCH", one, "{}")).isEqualTo(404);
        assertThat(names()).isEmpty();
    }

    @Test
    void view_ofAnotherKey_isNeitherSeenNorRemoved() {
        String id = json(201, "POST", "", view("Mine", "/ui/")).getString("id");

        assertThat(send(other, "GET", "", "").body()).doesNotContain("Mine");
        assertThat(send(other, "DELETE", "/" + id, "").statusCode()).isEqualTo(404);
        assertThat(names()).containsExactly("Mine");
    }

    @Test
    void name_taken_isRefused() {
        json(201, "POST", "", view("Mine", "/ui/"));

        assertThat(status("POST", "", view(" Mine ", "/ui/runs"))).isEqualTo(409);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/ui/",
                "//evil.example/ui/",
                "/ui//evil.example",
                "/ui/../v1/events",
                "/ui/events#x",
                "/ui/events?query=<b>",
                "/ui/events?query=a b",
                "/ui\\events",
                "javascript:alert(1)",
                "/v1/events",
                ""
            })
    void path_thatIsNoneOfTheDashboard_isRefused(String path) {
        HttpResponse<String> answer = send(reader, "POST", "", view("x", path));

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("/path");
    }

    @Test
    void members_wrong_areNamed() {
        assertThat(send(reader, "POST", "", view("", "/ui/")).body()).contains("/name");
        assertThat(send(reader, "POST", "", view("a\nb", "/ui/")).body()).contains("/name");
        assertThat(send(reader, "POST", "", view("x".repeat(101), "/ui/")).body())
                .contains("/name");
        assertThat(send(reader, "POST", "", view("x", "/ui/?q=" + "x".repeat(4_000)))
                        .body())
                .contains("/path");
        assertThat(send(reader, "POST", "", "{\"name\":\"x\"}").body()).contains("/path");
        assertThat(send(reader, "POST", "", "{\"nam\":\"x\"}").statusCode()).isEqualTo(422);
        assertThat(send(reader, "POST", "", "[").statusCode()).isEqualTo(400);
        assertThat(names()).isEmpty();
    }

    /** One with a gap would be another filter. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ui/events?query=meta.password:hunter2xyz",
                "/ui/events?query=meta.password%3Ahunter2xyz",
                "/ui/events?token=abcdef123456",
                "/ui/events?query=status%3Aerror+meta.api_key%3A%22abc123def456%22",
                "/ui/events?query=ghp_16C7e42F292c6912E7710c838347Ae178B4a",
                "/ui/events?query=%67hp_16C7e42F292c6912E7710c838347Ae178B4a"
            })
    void path_withASecret_isRefused(String path) {
        HttpResponse<String> answer = send(reader, "POST", "", view("x", path));

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("/path").contains("secret").doesNotContain("hunter2", "ghp_");
        assertThat(names()).isEmpty();
    }

    @Test
    void name_withASecret_isRefusedAlsoInAChange() {
        String secret = "password=hunter2xyz";
        String one = "/" + json(201, "POST", "", view("Mine", "/ui/")).getString("id");

        assertThat(send(reader, "POST", "", view(secret, "/ui/")).body()).contains("/name");
        assertThat(status("PATCH", one, new JsonObject().put("name", secret).encode()))
                .isEqualTo(422);
        assertThat(names()).containsExactly("Mine");
    }

    @Test
    void path_thatNamesASecretMemberWithoutAValue_isKept() {
        json(
                201,
                "POST",
                "",
                view("Without a password", "/ui/events?query=meta.password%3A*+resource%3Atoken.refresh"));

        assertThat(names()).containsExactly("Without a password");
    }

    @Test
    void member_givenTwice_isRefused() {
        HttpResponse<String> answer = send(reader, "POST", "", "{\"name\":\"a\",\"path\":\"/ui/\",\"name\":\"b\"}");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("/name").contains("is given twice");
        assertThat(names()).isEmpty();
    }

    private static String view(String name, String path) {
        return new JsonObject().put("name", name).put("path", path).encode();
    }

    private JsonArray views() {
        return json(200, "GET", "", "").getJsonArray("views");
    }

    private Set<String> names() {
        return views().stream()
                .map(view -> ((JsonObject) view).getString("name"))
                .collect(Collectors.toSet());
    }

    private JsonObject json(int status, String method, String path, String body) {
        HttpResponse<String> answer = send(reader, method, path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return new JsonObject(answer.body());
    }

    private int status(String method, String path, String body) {
        return send(reader, method, path, body).statusCode();
    }

    private static HttpResponse<String> send(KeyToken key, String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.client().port() + ViewsResource.PATH + path))
                .header("Content-Type", JSON)
                .header("Authorization", "Bearer " + key.text())
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient()
                .sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .join();
    }
}
