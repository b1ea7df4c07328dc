package dev.sentinel.audit.ingest;

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
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people note on runs: one server with keys for all tests. */
final class NotesTest {
    @TempDir
    private static Path directory;

    private static RunningServer server;
    private static KeyToken admin;
    private static KeyToken writer;
    private static KeyToken reader;

    /** From before such names were refused. */
    private static KeyToken named;

    private static final String ABOUT = "5f0c6a52-8f3b-4a65-9f0e-3f9b6a1c2d10";

    private final String trace = UUID.randomUUID().toString();

    @BeforeAll
    static void start() {
        admin = TestKeys.make(directory, Set.of(Scope.ADMIN), "", null, null);
        writer = TestKeys.make(directory, Set.of(Scope.INGEST), "team-a-", null, null);
        reader = TestKeys.make(directory, Set.of(Scope.READ), "", null, null);
        named = TestKeys.named(directory, "password=hunter2xyz", Set.of(Scope.INGEST));
        server = RunningServer.start(directory);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void note_isAnEventOfTheRunByAPersonWhomTheServerNames() {
        HttpResponse<String> answer = post(writer, note().put("about", ABOUT));

        assertThat(answer.statusCode()).isEqualTo(201);
        JsonObject event = events().getJsonArray("events").getJsonObject(0);
        assertThat(event.getString("event_id")).isEqualTo(new JsonObject(answer.body()).getString("event_id"));
        assertThat(event.getString("actor")).isEqualTo("human");
        assertThat(event.getString("action_type")).isEqualTo("api_call");
        assertThat(event.getString("resource")).isEqualTo("sentinel.note");
        assertThat(event.getString("on_behalf_of")).isEqualTo("test");
        assertThat(event.getString("submitted_by")).isEqualTo(writer.id());
        assertThat(event.getJsonObject("metadata"))
                .isEqualTo(new JsonObject().put("text", "Refunded by hand.").put("about", ABOUT));
    }

    @Test
    void note_withASecret_isRedacted() {
        post(writer, note().put("text", "The key was sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH"));

        assertThat(events().encode()).contains("redacted").doesNotContain("abcdefghijklmnopqrstuvwxyz0123456789");
    }

    @Test
    void note_sentTwice_isStoredOnce() {
        JsonObject note = note().put("event_id", UUID.randomUUID().toString());
        post(writer, note);

        assertThat(new JsonObject(post(writer, note).body()).getString("status"))
                .isEqualTo("duplicate");
        assertThat(post(writer, note.put("text", "Another.")).statusCode()).isEqualTo(409);
        assertThat(events().getJsonArray("events")).hasSize(1);
    }

    @Test
    void note_onAnotherTeamsAgent_isRefused() {
        assertThat(post(writer, note().put("agent_instance_id", "team-b-1")).statusCode())
                .isEqualTo(403);
    }

    @Test
    void note_onTheServerItself_isRefused() {
        HttpResponse<String> answer = post(admin, note().put("agent_instance_id", "sentinel"));

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("/agent_instance_id");
    }

    @Test
    void note_ofAKeyThatOnlyReads_isRefused() {
        assertThat(post(reader, note()).statusCode()).isEqualTo(403);
    }

    @Test
    void note_thatSaysWhoWroteIt_isRefused() {
        HttpResponse<String> answer = post(writer, note().put("on_behalf_of", "somebody else"));

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("a member that no note has");
    }

    @Test
    void note_withoutText_namesTheMember() {
        assertThat(post(writer, note().put("text", " ")).body()).contains("/text");
        assertThat(post(writer, note().put("text", "x".repeat(10_001))).body()).contains("at most 10000 characters");
        assertThat(post(writer, note().put("about", "it")).body()).contains("/about");
        assertThat(post(writer, note().put("text", 7)).body()).contains("must be a string");
        assertThat(post(writer, note().put("text", "HALF").encode().replace("HALF", "a\\ud800b"))
                        .body())
                .contains("surrogate");
    }

    @Test
    void note_thatIsNoObject_isRefused() {
        assertThat(post(writer, "{").statusCode()).isEqualTo(400);
        assertThat(post(writer, "[]").statusCode()).isEqualTo(422);
    }

    /** Another reader may take the one that was not checked. */
    @Test
    void note_withAMemberTwice_isRefused() {
        HttpResponse<String> answer =
                post(writer, note().encode().replace("{", "{\"text\":\"Refunded by the agent.\","));

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("/text").contains("is given twice");
        assertThat(events().getJsonArray("events")).isEmpty();
    }

    @Test
    void note_ofAKeyWhoseNameIsASecret_namesItsId() {
        HttpResponse<String> answer = post(named, note());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(events().getJsonArray("events").getJsonObject(0).getString("on_behalf_of"))
                .isEqualTo(named.id());
    }

    /** Of a note, the server says who wrote it. */
    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/x-ndjson"})
    void note_sentAsAnEvent_isRefused(String type) {
        HttpResponse<String> answer = postEvent(type, forged("sentinel.note"));

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("/resource").contains("reserved");
        assertThat(events().getJsonArray("events")).isEmpty();
        assertThat(postEvent(type, forged("sentinel.notes")).statusCode()).isEqualTo(201);
    }

    @Test
    void note_sentAsACloudEvent_isRefused() {
        JsonObject message = new JsonObject()
                .put("specversion", "1.0")
                .put("id", UUID.randomUUID().toString())
                .put("source", "/forger")
                .put("type", "dev.sentinel.audit.event.v1")
                .put("datacontenttype", "application/json")
                .put("data", forged("sentinel.note"));

        HttpResponse<String> answer = postEvent("application/cloudevents+json", message);

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("/resource").contains("reserved");
        assertThat(events().getJsonArray("events")).isEmpty();
    }

    private JsonObject forged(String resource) {
        return new JsonObject(SampleEvents.any())
                .put("trace_id", trace)
                .put("actor", "human")
                .put("action_type", "api_call")
                .put("resource", resource)
                .put("on_behalf_of", "somebody else");
    }

    private static HttpResponse<String> postEvent(String type, JsonObject body) {
        return send(
                admin,
                HttpRequest.newBuilder(uri("/v1/events"))
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body.encode())));
    }

    @Test
    void note_onAServerThatAsksForNoKey_namesNobody(@TempDir Path open) {
        try (RunningServer other = RunningServer.start(open)) {
            assertThat(other.client()
                            .postTo("/v1/notes", "application/json", note().encode())
                            .statusCode())
                    .isEqualTo(201);

            JsonObject event = other.client()
                    .getJson("/v1/events?trace_id=" + trace)
                    .getJsonArray("events")
                    .getJsonObject(0);
            assertThat(event.getString("actor")).isEqualTo("human");
            assertThat(event.getString("on_behalf_of")).isNull();
            assertThat(event.getString("submitted_by")).isNull();
        }
    }

    private JsonObject note() {
        return new JsonObject()
                .put("trace_id", trace)
                .put("agent_instance_id", "team-a-7")
                .put("text", "Refunded by hand.");
    }

    private JsonObject events() {
        HttpRequest.Builder get = HttpRequest.newBuilder(uri("/v1/events?trace_id=" + trace));
        return new JsonObject(send(admin, get).body());
    }

    private static HttpResponse<String> post(KeyToken key, JsonObject note) {
        return post(key, note.encode());
    }

    private static HttpResponse<String> post(KeyToken key, String body) {
        return send(
                key,
                HttpRequest.newBuilder(uri("/v1/notes"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static URI uri(String target) {
        return URI.create("http://127.0.0.1:" + server.client().port() + target);
    }

    private static HttpResponse<String> send(KeyToken key, HttpRequest.Builder request) {
        return HttpClient.newHttpClient()
                .sendAsync(
                        request.header("Authorization", "Bearer " + key.text()).build(),
                        HttpResponse.BodyHandlers.ofString())
                .join();
    }
}
