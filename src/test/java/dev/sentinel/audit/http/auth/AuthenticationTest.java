package dev.sentinel.audit.http.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.TestKeys;
import dev.sentinel.audit.keys.KeyToken;
import dev.sentinel.audit.keys.RateLimit;
import dev.sentinel.audit.keys.Scope;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Authorization of a whole server with real keys. */
final class AuthenticationTest {
    private static final String TOKEN = "the-token-of-this-test";
    private static final String KEYS = "sentinel_audit.keys.db";

    @TempDir
    private Path directory;

    @Test
    void request_withoutToken_isChallenged() {
        try (RunningServer server = server(Map.of("API_TOKEN", TOKEN))) {
            HttpResponse<String> response = server.client().get("/v1/events");
            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"sentinel\"");
            assertThat(new JsonObject(response.body()).getString("detail")).contains("A token is required");
        }
    }

    @Test
    void request_withWrongToken_isInvalid() {
        try (RunningServer server = server(Map.of("API_TOKEN", TOKEN))) {
            for (String header : List.of("Bearer x", "Bearer " + TOKEN + "x", "bearer x y")) {
                HttpResponse<String> response = server.client().get("/v1/agents", "Authorization", header);
                assertThat(response.statusCode()).isEqualTo(401);
                assertThat(response.headers().firstValue("WWW-Authenticate").orElseThrow())
                        .contains("error=\"invalid_token\"");
            }
            assertThat(server.client()
                            .get("/v1/agents", "Authorization", "Basic " + TOKEN)
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void post_withWrongToken_storesNothing() {
        try (RunningServer server = server(Map.of("API_TOKEN", TOKEN))) {
            assertThat(post(server, "x", UUID.randomUUID(), "a").statusCode()).isEqualTo(401);
            assertThat(server.store().status().committed()).isZero();
        }
    }

    @Test
    void request_withApiToken_passesAndIsNamed() {
        try (RunningServer server = server(Map.of("API_TOKEN", TOKEN))) {
            UUID id = UUID.randomUUID();
            assertThat(post(server, TOKEN, id, "a").statusCode()).isEqualTo(201);
            assertThat(get(server, TOKEN, "/v1/events/" + id).getString("submitted_by"))
                    .isEqualTo("api_token");
        }
    }

    @Test
    void openPaths_withoutToken_answer() {
        try (RunningServer server = server(Map.of("API_TOKEN", TOKEN))) {
            for (String path : List.of(
                    "/",
                    "/health/live",
                    "/health/ready",
                    "/docs",
                    "/docs/api-reference",
                    "/openapi.json",
                    "/metrics",
                    "/ui/")) {
                assertThat(server.client().get(path).statusCode()).as(path).isEqualTo(200);
            }
        }
    }

    @Test
    void metrics_throughProxy_needReadOrTheMetricsToken() {
        Map<String, String> environment = Map.of("API_TOKEN", TOKEN, "METRICS_TOKEN", "metrics-token");
        try (RunningServer server = server(environment)) {
            assertThat(server.client()
                            .get("/metrics", "X-Forwarded-For", "192.0.2.1")
                            .statusCode())
                    .isEqualTo(401);
            for (String token : List.of(TOKEN, "metrics-token")) {
                assertThat(server.client()
                                .get("/metrics", "X-Forwarded-For", "192.0.2.1", "Authorization", "Bearer " + token)
                                .statusCode())
                        .isEqualTo(200);
            }
            assertThat(server.client()
                            .get("/v1/events", "Authorization", "Bearer metrics-token")
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void metrics_withAMetricsToken_needOneOnThisMachineToo() {
        for (Map<String, String> keys : List.of(Map.<String, String>of(), Map.of("API_TOKEN", TOKEN))) {
            Map<String, String> environment = new HashMap<>(keys);
            environment.put("METRICS_TOKEN", "metrics-token");
            try (RunningServer server = server(environment)) {
                assertThat(server.client().get("/metrics").statusCode()).isEqualTo(401);
                assertThat(server.client()
                                .get("/metrics", "Authorization", "Bearer metrics-token")
                                .statusCode())
                        .isEqualTo(200);
            }
        }
    }

    /** Clients behind one proxy have one address, so a wrong one must not lock the right ones out. */
    @Test
    void wrongTokens_tooMany_areThrottledAndRightOnesPass() {
        try (RunningServer server = server(Map.of("API_TOKEN", TOKEN))) {
            assertThat(throttledAfter(server)).isEqualTo(30);
            HttpResponse<String> throttled = server.client().get("/v1/agents", "Authorization", "Bearer wrong");
            assertThat(Integer.parseInt(
                            throttled.headers().firstValue("Retry-After").orElseThrow()))
                    .isBetween(1, 3);
            assertThat(status(server, TOKEN)).isEqualTo(200);
            assertThat(server.client().get("/v1/agents").statusCode())
                    .as("no token")
                    .isEqualTo(401);
            assertThat(signIn(server, "wrong")).isEqualTo(429);
            assertThat(signIn(server, TOKEN)).isEqualTo(200);
        }
    }

    @Test
    void wrongTokens_ofAGuessableToken_areNotLookedAt() {
        KeyToken key = make(Set.of(Scope.READ), "", null, null);
        try (RunningServer server = server(Map.of("API_TOKEN", "hunter2"))) {
            assertThat(throttledAfter(server)).isEqualTo(30);
            assertThat(status(server, "hunter2")).as("unseen").isEqualTo(429);
            assertThat(signIn(server, "hunter2")).isEqualTo(429);
            assertThat(status(server, key.text())).as("cannot be guessed").isEqualTo(200);
        }
    }

    /** Such a token passes whatever came from its address, as keys do. */
    @Test
    void wrongTokens_ofAGuessableToken_doNotKeepALongMetricsTokenOut() {
        String metrics = "m".repeat(40);
        try (RunningServer server = server(Map.of("API_TOKEN", "hunter2", "METRICS_TOKEN", metrics))) {
            assertThat(throttledAfter(server)).isEqualTo(30);
            assertThat(metricsStatus(server, metrics)).isEqualTo(200);
            assertThat(metricsStatus(server, "hunter2")).as("unseen").isEqualTo(429);
        }
    }

    @Test
    void wrongTokens_ofAGuessableMetricsToken_areNotLookedAt() {
        try (RunningServer server = server(Map.of("METRICS_TOKEN", "metrics-token"))) {
            while (metricsStatus(server, "wrong") == 401) {
                assertThat(metricsStatus(server, "metrics-token")).isIn(200, 429);
            }
            assertThat(metricsStatus(server, "metrics-token")).as("unseen").isEqualTo(429);
        }
    }

    /** Each would cost the store of keys a transaction, and nobody has to sign in for it. */
    @Test
    void signOut_ofInventedSessions_isThrottled() {
        try (RunningServer server = server(Map.of("API_TOKEN", TOKEN))) {
            int tries = 0;
            while (signOut(server, "invented-" + tries) == 204) {
                assertThat(tries).isLessThan(1_000);
                tries++;
            }
            assertThat(signOut(server, "invented")).isEqualTo(429);
        }
    }

    private static int signOut(RunningServer server, String session) {
        return server.client()
                .send(
                        "DELETE",
                        "/ui/session",
                        "Content-Type",
                        "application/json",
                        "Cookie",
                        "sentinel_session=" + session)
                .statusCode();
    }

    private static int metricsStatus(RunningServer server, String token) {
        return server.client()
                .get("/metrics", "Authorization", "Bearer " + token)
                .statusCode();
    }

    /** How many wrong tokens are looked at before the first 429; a slow machine gets some more. */
    private static int throttledAfter(RunningServer server) {
        long began = System.nanoTime();
        int tries = 0;
        while (status(server, "wrong" + tries) == 401) {
            tries++;
        }
        return tries - (int) ((System.nanoTime() - began) / 2_000_000_000L);
    }

    private static int status(RunningServer server, String token) {
        return server.client()
                .get("/v1/agents", "Authorization", "Bearer " + token)
                .statusCode();
    }

    private static int signIn(RunningServer server, String token) {
        URI uri = URI.create("http://127.0.0.1:" + server.client().port() + "/ui/session");
        HttpRequest request = HttpRequest.newBuilder(uri)
                .POST(BodyPublishers.ofString("{\"token\":\"" + token + "\"}"))
                .header("Content-Type", "application/json")
                .build();
        return HttpClient.newHttpClient()
                .sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .join()
                .statusCode();
    }

    /** An administrator, or somebody who came to the key table, deletes all keys. */
    @Test
    void request_keysWereDeleted_stillNeedsAToken() throws Exception {
        KeyToken key = make(Set.of(Scope.READ), "", null, null);
        try (RunningServer server = server(Map.of())) {
            assertThat(server.client().get("/v1/events").statusCode()).isEqualTo(401);
            try (Connection file = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(KEYS));
                    Statement statement = file.createStatement()) {
                statement.executeUpdate("DELETE FROM api_keys");
            }
            while (server.client()
                            .get("/v1/events", "Authorization", "Bearer " + key.text())
                            .statusCode()
                    == 200) {
                Thread.sleep(20);
            }
            assertThat(server.client().get("/v1/events").statusCode()).isEqualTo(401);
        }
        try (RunningServer restarted = server(Map.of("HOST", "0.0.0.0"))) {
            assertThat(restarted.client().get("/v1/events").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void redaction_anyKey_isTold() {
        KeyToken ingest = make(Set.of(Scope.INGEST), "", null, null);
        try (RunningServer server = server(Map.of("REDACT_KEYS", "iban", "REDACT_KEEP_KEYS", "page_token"))) {
            JsonObject rules = get(server, ingest.text(), "/v1/redaction");
            assertThat(rules.getString("version")).startsWith("5-full+");
            assertThat(rules.getString("mode")).isEqualTo("full");
            assertThat(rules.getJsonArray("redact_keys")).containsExactly("iban");
            assertThat(rules.getJsonArray("keep_keys")).containsExactly("page_token");
            assertThat(rules.getJsonArray("shapes")).isEmpty();
            assertThat(server.client().get("/v1/redaction").statusCode()).isEqualTo(401);
        }
    }

    @Test
    void key_withoutScope_getsTheMissingScope() {
        KeyToken ingest = make(Set.of(Scope.INGEST), "", null, null);
        KeyToken read = make(Set.of(Scope.READ), "", null, null);
        try (RunningServer server = server(Map.of())) {
            HttpResponse<String> response =
                    server.client().get("/v1/events", "Authorization", "Bearer " + ingest.text());
            assertThat(response.statusCode()).isEqualTo(403);
            assertThat(response.headers().firstValue("WWW-Authenticate").orElseThrow())
                    .contains("error=\"insufficient_scope\", scope=\"read\"");
            assertThat(response.body()).contains("lacks the scope \\\"read\\\"");
            assertThat(post(server, read.text(), UUID.randomUUID(), "a").body())
                    .contains("lacks the scope \\\"ingest\\\"");
            assertThat(post(server, ingest.text(), UUID.randomUUID(), "a").statusCode())
                    .isEqualTo(201);
            assertThat(get(server, read.text(), "/v1/events").getJsonArray("events"))
                    .hasSize(1);
        }
    }

    @Test
    void submittedBy_sentByClient_isIgnored() {
        KeyToken key = make(Set.of(Scope.ADMIN), "", null, null);
        try (RunningServer server = server(Map.of())) {
            UUID id = UUID.randomUUID();
            String forged = SampleEvents.of(id).replaceFirst("\\{", "{\"submitted_by\":\"api_token\",");
            assertThat(server.client()
                            .post(
                                    BodyPublishers.ofString(forged),
                                    "Content-Type",
                                    "application/json",
                                    "Authorization",
                                    "Bearer " + key.text())
                            .statusCode())
                    .isEqualTo(201);
            assertThat(get(server, key.text(), "/v1/events/" + id).getString("submitted_by"))
                    .isEqualTo(key.id());
        }
    }

    @Test
    void key_expired_isRefused() {
        KeyToken key = make(Set.of(Scope.ADMIN), "", null, Instant.now().minusSeconds(1));
        try (RunningServer server = server(Map.of())) {
            assertThat(post(server, key.text(), UUID.randomUUID(), "a").body()).contains("The key has expired.");
        }
    }

    @Test
    void keyWithPrefix_sendsAndReadsItsAgentsOnly() {
        KeyToken all = make(Set.of(Scope.ADMIN), "", null, null);
        KeyToken some = make(Set.of(Scope.INGEST, Scope.READ), "billing-", null, null);
        try (RunningServer server = server(Map.of())) {
            UUID foreign = UUID.randomUUID();
            UUID own = UUID.randomUUID();
            assertThat(post(server, all.text(), foreign, "sales-1").statusCode())
                    .isEqualTo(201);
            assertThat(post(server, some.text(), UUID.randomUUID(), "sales-1").statusCode())
                    .isEqualTo(403);
            assertThat(post(server, some.text(), own, "billing-1").statusCode()).isEqualTo(201);
            String batch =
                    "[" + event(UUID.randomUUID(), "billing-2") + "," + event(UUID.randomUUID(), "sales-2") + "]";
            HttpResponse<String> mixed = server.client()
                    .post(
                            BodyPublishers.ofString(batch),
                            "Content-Type",
                            "application/json",
                            "Authorization",
                            "Bearer " + some.text());
            assertThat(mixed.statusCode()).isEqualTo(207);
            JsonObject rejected =
                    new JsonObject(mixed.body()).getJsonArray("rejected").getJsonObject(0);
            assertThat(rejected.getInteger("index")).isEqualTo(1);
            assertThat(rejected.getInteger("status")).isEqualTo(403);

            assertThat(agents(get(server, some.text(), "/v1/events").getJsonArray("events")))
                    .containsOnly("billing-1", "billing-2");
            assertThat(agents(get(server, some.text(), "/v1/agents").getJsonArray("agents")))
                    .containsOnly("billing-1", "billing-2");
            assertThat(agents(get(server, some.text(), "/v1/agents?prefix=b").getJsonArray("agents")))
                    .containsOnly("billing-1", "billing-2");
            assertThat(agents(get(server, some.text(), "/v1/agents?prefix=billing-2")
                            .getJsonArray("agents")))
                    .containsOnly("billing-2");
            assertThat(agents(
                            get(server, some.text(), "/v1/agents?prefix=sales").getJsonArray("agents")))
                    .isEmpty();
            assertThat(agents(get(server, all.text(), "/v1/agents").getJsonArray("agents")))
                    .contains("sales-1");
            assertThat(status(server, some, "/v1/agents/sales-1/events")).isEqualTo(403);
            assertThat(status(server, some, "/v1/agents/billing-1/events")).isEqualTo(200);
            assertThat(status(server, some, "/v1/events/" + foreign)).isEqualTo(404);
            assertThat(status(server, some, "/v1/events/" + own)).isEqualTo(200);
            JsonObject trace = get(server, some.text(), "/v1/traces/t");
            assertThat(trace.getJsonObject("summary").getInteger("total")).isEqualTo(2);
            assertThat(trace.getJsonObject("summary").getJsonArray("agents")).containsExactly("billing-1", "billing-2");
            assertThat(agents(trace.getJsonArray("events"))).containsOnly("billing-1", "billing-2");
            assertThat(get(server, all.text(), "/v1/traces/t")
                            .getJsonObject("summary")
                            .getInteger("total"))
                    .isEqualTo(3);
        }
    }

    /** Latencies and resources are omitted, because they are kept for all agents together. */
    @Test
    void keyWithPrefix_getsStatsOfItsAgentsOnly() {
        KeyToken all = make(Set.of(Scope.ADMIN), "", null, null);
        KeyToken some = make(Set.of(Scope.READ), "billing-", null, null);
        try (RunningServer server = server(Map.of())) {
            for (String agent : List.of("billing-1", "billing-1", "billing-2", "sales-1", "sales-1", "sales-1")) {
                assertThat(post(server, all.text(), UUID.randomUUID(), agent).statusCode())
                        .isEqualTo(201);
            }
            String span = "/v1/stats?from=2020-01-01T00:00:00Z&to=2029-01-01T00:00:00Z";

            JsonObject stats = get(server, some.text(), span);

            assertThat(stats.getJsonObject("totals").getInteger("events")).isEqualTo(3);
            assertThat(stats.getJsonObject("totals").getInteger("agents")).isEqualTo(2);
            assertThat(stats.getJsonObject("totals").getValue("latency_ms")).isNull();
            assertThat(stats.getJsonArray("buckets").stream()
                            .mapToInt(bucket -> ((JsonObject) bucket).getInteger("events"))
                            .sum())
                    .isEqualTo(3);
            assertThat(agents(stats.getJsonArray("top_agents"))).containsExactly("billing-1", "billing-2");
            assertThat(stats.getJsonArray("top_resources")).isEmpty();
            assertThat(stats.encode()).doesNotContain("sales");
            assertThat(status(server, some, span + "&agent_instance_id=sales-1"))
                    .isEqualTo(403);
            JsonObject counted = get(server, some.text(), span + "&filter=-agent:none");
            assertThat(counted.getJsonObject("totals").getInteger("events")).isEqualTo(3);
            assertThat(counted.encode()).doesNotContain("sales");
            assertThat(get(server, some.text(), span + "&agent_instance_id=sales-1&agent_instance_id=sales-2")
                            .getJsonObject("totals")
                            .getInteger("events"))
                    .isZero();
            assertThat(get(server, some.text(), span + "&agent_instance_id=billing-1")
                            .getJsonArray("top_resources"))
                    .hasSize(1);
            assertThat(get(server, all.text(), span).getJsonObject("totals").getInteger("events"))
                    .isEqualTo(6);
        }
    }

    @Test
    void keyWithOwnLimit_overridesTheServersLimit() {
        KeyToken key = make(Set.of(Scope.INGEST), "", new RateLimit(1, java.time.Duration.ofHours(1)), null);
        try (RunningServer server = server(Map.of("RATE_LIMIT", "1000/second"))) {
            assertThat(post(server, key.text(), UUID.randomUUID(), "a").statusCode())
                    .isEqualTo(201);
            HttpResponse<String> second = post(server, key.text(), UUID.randomUUID(), "a");
            assertThat(second.statusCode()).isEqualTo(429);
            assertThat(second.body()).contains("The limit is 1/hour");
        }
    }

    @Test
    void start_withOnlyInvalidKeys_staysClosed() {
        make(Set.of(Scope.ADMIN), "", null, Instant.EPOCH);
        try (RunningServer server = server(Map.of())) {
            assertThat(server.client().get("/v1/events").statusCode()).isEqualTo(401);
        }
    }

    @Test
    void start_withoutCredentials_isOpenUnlessRequired() {
        try (RunningServer server = server(Map.of())) {
            assertThat(server.client().get("/v1/events").statusCode()).isEqualTo(200);
        }
        try (RunningServer server = server(Map.of("AUTH", "required"))) {
            assertThat(server.client().get("/v1/events").statusCode()).isEqualTo(401);
        }
    }

    private RunningServer server(Map<String, String> environment) {
        return RunningServer.start(directory, environment);
    }

    private KeyToken make(Set<Scope> scopes, String agentPrefix, @Nullable RateLimit limit, @Nullable Instant expires) {
        return TestKeys.make(directory, scopes, agentPrefix, limit, expires);
    }

    private static HttpResponse<String> post(RunningServer server, String token, UUID id, String agent) {
        return server.client()
                .post(
                        BodyPublishers.ofString(event(id, agent)),
                        "Content-Type",
                        "application/json",
                        "Authorization",
                        "Bearer " + token);
    }

    private static String event(UUID id, String agent) {
        return new JsonObject(SampleEvents.of(id))
                .put("agent_instance_id", agent)
                .put("trace_id", "t")
                .encode();
    }

    private static JsonObject get(RunningServer server, String token, String path) {
        return new JsonObject(
                server.client().get(path, "Authorization", "Bearer " + token).body());
    }

    private static int status(RunningServer server, KeyToken key, String path) {
        return server.client()
                .get(path, "Authorization", "Bearer " + key.text())
                .statusCode();
    }

    private static List<String> agents(JsonArray items) {
        return items.stream()
                .map(item -> ((JsonObject) item).getString("agent_instance_id"))
                .toList();
    }
}
