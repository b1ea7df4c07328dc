package dev.sentinel.audit.http.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.TestKeys;
import dev.sentinel.audit.keys.KeyToken;
import dev.sentinel.audit.keys.RateLimit;
import dev.sentinel.audit.keys.Scope;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys over HTTP: one server for all tests. */
final class KeysResourceTest {
    @TempDir
    private static Path directory;

    private static RunningServer server;
    private static String admin;
    private static String ofTeam;
    private static String reader;
    private static String limited;

    @BeforeAll
    static void start() {
        admin = key(Scope.ADMIN, "").text();
        ofTeam = key(Scope.ADMIN, "team-a-").text();
        reader = key(Scope.READ, "").text();
        limited = TestKeys.make(
                        directory,
                        Set.of(Scope.ADMIN),
                        "",
                        RateLimit.parse("600/minute"),
                        Instant.parse("2998-01-01T00:00:00Z"))
                .text();
        server = RunningServer.start(directory);
    }

    private static KeyToken key(Scope scope, String prefix) {
        return TestKeys.make(directory, Set.of(scope), prefix, null, null);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void key_made_isGoodAtOnceAndShownOnce() {
        HttpResponse<String> answer =
                make(admin, request("billing").put("rate_limit", "5/second").put("expires_at", "2999-01-01T00:00:00Z"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        String token = new JsonObject(answer.body()).getString("token");
        JsonObject key = new JsonObject(answer.body()).getJsonObject("key");
        assertThat(send(token, "GET", "/v1/events", "").statusCode()).isEqualTo(200);
        assertThat(key.getString("expires_at")).isEqualTo("2999-01-01T00:00:00Z");
        assertThat(key.getString("rate_limit")).isEqualTo("5/second");
        assertThat(key.getString("state")).isEqualTo("active");
        String list = send(admin, "GET", "/v1/keys", "").body();
        assertThat(list).contains(key.getString("id")).doesNotContain(token, token.substring(13), "hash");
    }

    @Test
    void key_madeAndRevoked_isRecordedWithWhoDidIt() {
        JsonObject key = new JsonObject(make(admin, request("brief")).body()).getJsonObject("key");
        String revoke = "/v1/keys/" + key.getString("id") + "/revoke";

        assertThat(new JsonObject(send(admin, "POST", revoke, "").body()).getString("state"))
                .isEqualTo("revoked");
        assertThat(send(admin, "POST", revoke, "").statusCode()).isEqualTo(409);

        List<JsonObject> acts = List.of();
        // A second for the acts to come.
        while (acts.size() < 2) {
            acts = events("agent:sentinel meta.key_id:" + key.getString("id")).toList();
        }
        assertThat(acts).extracting(act -> act.getString("resource")).containsExactly("keys.revoke", "keys.create");
        assertThat(acts)
                .allSatisfy(act -> assertThat(act.getJsonObject("metadata").getString("by_key"))
                        .isEqualTo(admin.substring(4, 12)));
    }

    @Test
    void key_revoked_isRefusedAtOnce() {
        JsonObject made = new JsonObject(make(admin, request("x")).body());
        String id = made.getJsonObject("key").getString("id");

        send(admin, "POST", "/v1/keys/" + id + "/revoke", "");

        assertThat(send(made.getString("token"), "GET", "/v1/events", "").statusCode())
                .isEqualTo(401);
    }

    /** Otherwise it could lift its own limits by a key that it makes. */
    @Test
    void keyWithAnEndAndALimit_makesNoneThatMayMore() {
        JsonObject fits = request("x").put("rate_limit", "10/second").put("expires_at", "2998-01-01T00:00:00Z");

        assertThat(make(limited, fits).statusCode()).isEqualTo(201);
        assertThat(make(limited, fits.copy().put("rate_limit", "11/second")).statusCode())
                .isEqualTo(403);
        assertThat(make(limited, fits.copy().putNull("rate_limit")).statusCode())
                .isEqualTo(403);
        assertThat(make(limited, fits.copy().put("expires_at", "2998-01-01T00:00:01Z"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(make(limited, fits.copy().putNull("expires_at")).statusCode())
                .isEqualTo(403);
    }

    @Test
    void changes_countAgainstTheRateLimit() {
        String slow = new JsonObject(make(
                                admin,
                                request("slow").put("rate_limit", "3/hour").put("scopes", new JsonArray().add("admin")))
                        .body())
                .getString("token");
        JsonObject body = request("x").put("rate_limit", "1/hour");

        for (int i = 0; i < 3; i++) {
            assertThat(make(slow, body).statusCode()).isEqualTo(201);
        }
        assertThat(make(slow, body).statusCode()).isEqualTo(429);
    }

    @Test
    void path_writtenAnotherWay_needsTheSameScope() {
        String ingest = new JsonObject(make(admin, request("i").put("scopes", new JsonArray().add("ingest")))
                        .body())
                .getString("token");

        for (String path : new String[] {"/v1/views", "/v1/views/", "/v1/view%73"}) {
            assertThat(send(ingest, "POST", path, "{\"name\":\"n\",\"path\":\"/ui/events\"}")
                            .statusCode())
                    .as(path)
                    .isEqualTo(403);
        }
    }

    @Test
    void end_beyondFourDigits_isRefused() {
        assertThat(make(admin, request("x").put("expires_at", "+10000-01-01T00:00:00Z"))
                        .statusCode())
                .isEqualTo(422);
    }

    /** Otherwise an administrator of one team could make a key for all of them. */
    @Test
    void administratorOfATeam_seesMakesAndRevokesOnlyKeysOfTheTeam() {
        JsonObject foreign = new JsonObject(make(admin, request("all")).body()).getJsonObject("key");

        assertThat(make(ofTeam, request("x")).statusCode()).isEqualTo(403);
        assertThat(make(ofTeam, request("x").put("agent_prefix", "team-")).statusCode())
                .isEqualTo(403);
        assertThat(make(ofTeam, request("x").put("agent_prefix", "team-a-1")).statusCode())
                .isEqualTo(201);
        assertThat(send(ofTeam, "GET", "/v1/keys", "").body()).doesNotContain(foreign.getString("id"));
        assertThat(send(ofTeam, "POST", "/v1/keys/" + foreign.getString("id") + "/revoke", "")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void keyThatOnlyReads_isRefused() {
        assertThat(send(reader, "GET", "/v1/keys", "").statusCode()).isEqualTo(403);
        assertThat(make(reader, request("x")).statusCode()).isEqualTo(403);
        assertThat(send(reader, "POST", "/v1/keys/x/revoke", "").statusCode()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"\",\"scopes\":[\"read\"]} | /name",
                "{\"name\":\"a\\nb\",\"scopes\":[\"read\"]} | /name",
                "{\"name\":\"x\",\"scopes\":[]} | /scopes",
                "{\"name\":\"x\",\"scopes\":[\"root\"]} | /scopes",
                "{\"name\":\"x\",\"scopes\":[\"read\",\"read\"]} | /scopes",
                "{\"name\":\"x\",\"scopes\":[\"read\"],\"rate_limit\":\"fast\"} | /rate_limit",
                "{\"name\":\"x\",\"scopes\":[\"read\"],\"expires_at\":\"2020-01-01T00:00:00Z\"} | /expires_at",
                "{\"name\":\"x\",\"scopes\":[\"read\"],\"expires\":\"90d\"} | has a member that no key has",
                "{\"name\":\"x\",\"scopes\":[\"read\"],\"agent_prefix\":7} | must be a string",
                "{\"name\":\"x\",\"scopes\":[\"read\"],\"scopes\":[\"admin\"]} | is given twice",
                "{\"name\":\"password=hunter2xyz\",\"scopes\":[\"read\"]} | /name",
                "{\"name\":\"x\",\"scopes\":[\"read\"],\"agent_prefix\":\"ghp_16C7e42F292c6912E7710c838347Ae178B4a\"}"
                        + " | /agent_prefix"
            })
    void key_notValid_namesTheMember(String body, String error) {
        HttpResponse<String> answer = send(admin, "POST", "/v1/keys", body);

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains(error);
    }

    /** All who reach such a server are one administrator. */
    @Test
    void serverThatAsksForNoKey_givesNoneAway(@TempDir Path open) {
        try (RunningServer other = RunningServer.start(open)) {
            HttpResponse<String> answer = other.client()
                    .postTo("/v1/keys", "application/json", request("x").encode());

            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body()).contains("bin/sentinel keys");
            assertThat(other.client().getJson("/v1/keys").getJsonArray("keys")).isEmpty();
        }
    }

    private static JsonObject request(String name) {
        return new JsonObject().put("name", name).put("scopes", new JsonArray().add("read"));
    }

    private static HttpResponse<String> make(String token, JsonObject request) {
        return send(token, "POST", "/v1/keys", request.encode());
    }

    private static Stream<JsonObject> events(String filter) {
        String target = "/v1/events?filter=" + filter.replace(" ", "%20");
        return new JsonObject(send(admin, "GET", target, "").body())
                .getJsonArray("events").stream().map(JsonObject.class::cast);
    }

    private static HttpResponse<String> send(String token, String method, String target, String body) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.client().port() + target))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient()
                .sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .join();
    }
}
