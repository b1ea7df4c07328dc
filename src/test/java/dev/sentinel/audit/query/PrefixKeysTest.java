package dev.sentinel.audit.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.TestKeys;
import dev.sentinel.audit.keys.Scope;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a key for some agents learns about the events of others. */
@Timeout(60)
final class PrefixKeysTest {
    private static final String HIDDEN = "sentinel_conflicts_hidden_total ";

    @TempDir
    private Path directory;

    private String admin;
    private String billing;

    @BeforeEach
    void keys() {
        admin = key("");
        billing = key("billing-");
    }

    /** More events than one slice has; a cursor would hold the time and the position of one of them. */
    @Test
    void search_agentOfOthers_hasNoCursor() {
        try (RunningServer server = RunningServer.start(directory)) {
            for (int batch = 0; batch < 3; batch++) {
                String events = Stream.generate(SampleEvents::any).limit(7_000).collect(Collectors.joining("\n"));
                assertThat(post(server, admin, "application/x-ndjson", events).statusCode())
                        .isEqualTo(201);
            }

            JsonObject hidden = search(server, billing);

            assertThat(hidden.getJsonArray("events")).isEmpty();
            assertThat(hidden.getValue("next_cursor")).isNull();
            assertThat(search(server, admin).getJsonArray("events")).isNotEmpty();
        }
    }

    /** How far the search has read is told in the times of events, perhaps of others. */
    @Test
    void page_withMoreToCome_saysHowFarItHasReadUnlessTheKeyIsForSomeAgents() {
        try (RunningServer server = RunningServer.start(directory)) {
            String own = SampleEvents.any().replace("agent-1", "billing-1");
            String older = SampleEvents.any().replace("agent-1", "billing-1").replace("13.886Z", "12Z");
            post(server, admin, "application/x-ndjson", own + "\n" + older);
            String first = "/v1/events?agent_instance_id=billing-1&limit=1";

            JsonObject page = get(server, admin, first);

            assertThat(page.getString("searched_to")).isEqualTo("2026-11-02T08:05:13.886000Z");
            JsonObject limited = get(server, billing, first);
            assertThat(limited.getString("next_cursor")).isNotNull();
            assertThat(limited.containsKey("searched_to")).isFalse();
        }
    }

    /** The answer is the same, so only the metric tells. */
    @Test
    void conflict_withAnEventOfOthers_isAnsweredLikeAnyAndCounted() {
        UUID others = UUID.randomUUID();
        UUID own = UUID.randomUUID();
        try (RunningServer server = RunningServer.start(directory)) {
            post(server, admin, "application/json", SampleEvents.of(others));
            post(server, billing, "application/json", billing(own));

            HttpResponse<String> visible = post(server, billing, "application/json", changed(own));
            assertThat(metrics(server)).contains(HIDDEN + "0.0");
            HttpResponse<String> hidden = post(server, billing, "application/json", changed(others));

            assertThat(hidden.statusCode()).isEqualTo(409);
            assertThat(hidden.body()).isEqualTo(visible.body());
            assertThat(metrics(server)).contains(HIDDEN + "1.0");
        }
    }

    /** It would say that the answers are the same. */
    @Test
    void etagOfAnotherKey_isNotKnown() {
        String other = key("");
        try (RunningServer server = RunningServer.start(directory)) {
            post(server, admin, "application/json", SampleEvents.any());
            String etag = conditional(server, admin, "none")
                    .headers()
                    .firstValue("ETag")
                    .orElseThrow();

            assertThat(conditional(server, billing, etag).statusCode()).isEqualTo(200);
            assertThat(conditional(server, other, etag).statusCode()).isEqualTo(200);
            assertThat(conditional(server, admin, etag).statusCode()).isEqualTo(304);
        }
    }

    private static HttpResponse<String> conditional(RunningServer server, String token, String etag) {
        return server.client().get("/v1/events", "Authorization", "Bearer " + token, "If-None-Match", etag);
    }

    private static String billing(UUID id) {
        return SampleEvents.of(id).replace("\"agent-1\"", "\"billing-1\"");
    }

    private static String changed(UUID id) {
        return billing(id).replace("web_search", "other");
    }

    private String key(String prefix) {
        return TestKeys.make(directory, Set.of(Scope.ADMIN), prefix, null, null).text();
    }

    private static JsonObject search(RunningServer server, String token) {
        return get(server, token, "/v1/events?agent_instance_id=agent-1");
    }

    private static JsonObject get(RunningServer server, String token, String target) {
        return new JsonObject(
                server.client().get(target, "Authorization", "Bearer " + token).body());
    }

    private String metrics(RunningServer server) {
        return server.client()
                .get("/metrics", "Authorization", "Bearer " + admin)
                .body();
    }

    private static HttpResponse<String> post(RunningServer server, String token, String type, String body) {
        return server.client()
                .post(
                        HttpRequest.BodyPublishers.ofString(body),
                        "Content-Type",
                        type,
                        "Authorization",
                        "Bearer " + token);
    }
}
