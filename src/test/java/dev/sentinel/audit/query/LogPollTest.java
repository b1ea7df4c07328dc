package dev.sentinel.audit.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RawConnection;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.TestKeys;
import dev.sentinel.audit.Within;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.keys.KeyToken;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.store.Events;
import dev.sentinel.audit.web.OpenApiContract;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that read the log by position, and wait for more. */
@Timeout(120)
final class LogPollTest {
    private static final String POLL = "/v1/events?order=seq";

    private final OpenApiContract contract = OpenApiContract.load();
    private final Events events = new Events(7);

    @TempDir
    private Path directory;

    private RunningServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void poll_emptyLog_isAnsweredAtOnce() {
        start(Map.of());

        assertThat(poll("")).isEqualTo(answer(new JsonArray(), -1, false));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1000})
    void poll_walkWhileEventsArrive_hasNoGapAndNoRepeat(int limit) {
        start(Map.of());
        append(300);
        List<Long> seqs = new ArrayList<>();
        long after = -1;
        boolean appended = false;
        JsonObject page;
        do {
            page = poll("&limit=" + limit + "&after=" + after);
            page.getJsonArray("events").forEach(event -> seqs.add(((JsonObject) event).getLong("seq")));
            assertThat(page.getJsonArray("events").size()).isLessThanOrEqualTo(limit);
            after = page.getLong("next_after");
            if (!appended) {
                append(100);
                appended = true;
            }
        } while (page.getBoolean("more") || after < 399);

        assertThat(seqs).isEqualTo(LongStream.range(0, 400).boxed().toList());
    }

    @Test
    void poll_events_areThoseOfTheList() {
        start(Map.of());
        append(20);
        JsonArray listed = server.client().getJson("/v1/events?limit=100").getJsonArray("events");
        JsonArray polled = poll("").getJsonArray("events");

        assertThat(polled).containsExactlyInAnyOrderElementsOf(listed);
    }

    @Test
    void poll_largeEvents_areSpreadOverPages() {
        start(Map.of());
        String large = "{\"x\":\"" + "x".repeat(60_000) + "\"}";
        for (int i = 0; i < 60; i++) {
            server.append(events.next(1).get(0).toBuilder().metadata(large).build());
        }
        JsonObject page = poll("&limit=1000");

        assertThat(page.getJsonArray("events").size()).isBetween(20, 40);
        assertThat(page.getBoolean("more")).isTrue();
        assertThat(page.getLong("next_after"))
                .isEqualTo(page.getJsonArray("events").size() - 1);
    }

    /** The 201 was answered before. */
    @Test
    void poll_afterEachPost_findsIt() {
        start(Map.of());
        long after = -1;
        for (int i = 0; i < 200; i++) {
            assertThat(server.client()
                            .post("application/json", SampleEvents.any())
                            .statusCode())
                    .isEqualTo(201);
            JsonObject page = poll("&after=" + after);
            assertThat(page.getJsonArray("events")).hasSize(1);
            after = page.getLong("next_after");
        }
    }

    @Test
    void filter_thatLetsNothingThrough_tellsTheNextPosition() {
        start(Map.of());
        append(50);

        assertThat(poll("&agent_instance_id=nobody")).isEqualTo(answer(new JsonArray(), 49, false));
    }

    @Test
    void filter_overManyEvents_isAnsweredInParts() {
        start(Map.of());
        append(21_000);
        JsonObject first = poll("&agent_instance_id=nobody&wait=20");

        assertThat(first.getBoolean("more")).isTrue();
        assertThat(first.getLong("next_after")).isBetween(19_999L, 20_999L);
        assertThat(poll("&agent_instance_id=nobody&after=" + first.getLong("next_after")))
                .isEqualTo(answer(new JsonArray(), 20_999, false));
    }

    @Test
    void wait_nothingArrives_isAnsweredThen() {
        start(Map.of());
        append(3);
        long started = System.nanoTime();

        assertThat(poll("&after=2&wait=1")).isEqualTo(answer(new JsonArray(), 2, false));
        assertThat(Duration.ofNanos(System.nanoTime() - started))
                .isBetween(Duration.ofMillis(900), Duration.ofSeconds(10));
    }

    @Test
    void wait_eventArrives_isAnsweredWithIt() throws Exception {
        start(Map.of());
        append(3);
        CompletableFuture<JsonObject> waiting = later("&after=2&wait=20");
        awaitWaiting(1);
        append(1);
        JsonObject page = waiting.get(10, TimeUnit.SECONDS);

        assertThat(page.getLong("next_after")).isEqualTo(3);
        assertThat(page.getJsonArray("events")).hasSize(1);
    }

    @Test
    void wait_otherEventsArrive_waitsForOneThatPasses() throws Exception {
        start(Map.of());
        CompletableFuture<JsonObject> waiting = later("&wait=20&agent_instance_id=agent-x");
        awaitWaiting(1);
        append(5);
        server.append(
                events.next(1).get(0).toBuilder().agentInstanceId("agent-x").build());
        JsonObject page = waiting.get(10, TimeUnit.SECONDS);

        assertThat(page.getJsonArray("events")).hasSize(1);
        assertThat(page.getLong("next_after")).isEqualTo(5);
    }

    /** More than the server has memory for answers, places of searches, or threads. */
    @Test
    void wait_manyRequests_holdNothingThatOthersNeed() throws Exception {
        start(Map.of("MAX_STREAMS", "1000"));
        List<CompletableFuture<JsonObject>> waiting = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            waiting.add(later("&wait=20&q=nothing"));
        }
        awaitWaiting(60);

        assertThat(server.client().get("/v1/events?q=x").statusCode()).isEqualTo(200);
        assertThat(poll("").getJsonArray("events")).isEmpty();
        server.append(events.next(1).get(0).toBuilder().resource("nothing").build());
        for (CompletableFuture<JsonObject> each : waiting) {
            assertThat(each.get(20, TimeUnit.SECONDS).getJsonArray("events")).hasSize(1);
        }
    }

    @Test
    void wait_tooManyRequests_areAnsweredAtOnce() throws Exception {
        start(Map.of("MAX_STREAMS", "2"));
        CompletableFuture<JsonObject> first = later("&wait=20");
        CompletableFuture<JsonObject> second = later("&wait=20");
        awaitWaiting(2);
        long started = System.nanoTime();

        assertThat(poll("&wait=20")).isEqualTo(answer(new JsonArray(), -1, false));
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
        append(1);
        assertThat(first.get(10, TimeUnit.SECONDS).getJsonArray("events")).hasSize(1);
        assertThat(second.get(10, TimeUnit.SECONDS).getJsonArray("events")).hasSize(1);
    }

    @Test
    void wait_clientLeaves_placeIsFree() {
        start(Map.of("MAX_STREAMS", "1"));
        try (RawConnection client = new RawConnection(server.client().port())) {
            client.send("GET " + POLL + "&wait=20 HTTP/1.1\r\nHost: localhost\r\n\r\n");
            awaitWaiting(1);
        }

        awaitWaiting(0);
    }

    @Test
    void wait_shutdown_isAnsweredAtOnce() throws Exception {
        start(Map.of());
        CompletableFuture<JsonObject> waiting = later("&wait=20");
        awaitWaiting(1);
        long started = System.nanoTime();
        server.close();
        server = null;

        assertThat(waiting.get(1, TimeUnit.SECONDS).getJsonArray("events")).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void wait_keyRevoked_getsNoEvent() throws Exception {
        KeyToken key = TestKeys.make(directory, Set.of(Scope.READ), "", null, null);
        start(Map.of());
        String token = "Bearer " + key.text();
        CompletableFuture<HttpResponse<String>> waiting =
                server.client().getLater(POLL + "&wait=20", "Authorization", token);
        awaitWaiting(1);
        TestKeys.with(directory, keys -> keys.revoke(key.id(), Instant.now(), TestKeys.act()));
        while (server.client().get("/v1/agents", "Authorization", token).statusCode() != 401) {
            Thread.onSpinWait();
        }
        append(1);

        assertThat(waiting.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(401);
    }

    @Test
    void keyWithPrefix_getsItsAgentsOnly() {
        KeyToken key = TestKeys.make(directory, Set.of(Scope.READ), "billing-", null, null);
        start(Map.of());
        append(4);
        server.append(
                events.next(1).get(0).toBuilder().agentInstanceId("billing-1").build());
        JsonObject page = new JsonObject(server.client()
                .get(POLL, "Authorization", "Bearer " + key.text())
                .body());

        assertThat(page.getJsonArray("events")).hasSize(1);
        assertThat(page.getLong("next_after")).isEqualTo(4);
    }

    /** After a restore the log is shorter; to wait for its growth would skip what comes first. */
    @Test
    void after_positionThatTheLogLacks_isRefused() {
        start(Map.of());
        append(3);
        HttpResponse<String> response = get("&after=3&wait=20");

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(response.body()).contains("/query/after", "restored or replaced");
    }

    @ParameterizedTest
    @ValueSource(strings = {"&wait=21", "&wait=-1", "&after=x", "&limit=1001", "&cursor=x", "&color=red", "&order=asc"})
    void parameters_invalid_areNamed(String parameters) {
        start(Map.of());

        assertThat(get(parameters).statusCode()).isEqualTo(422);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?order=up", "?order=asc&after=1", "?wait=1"})
    void parametersOfPolls_onOtherLists_areRefused(String parameters) {
        start(Map.of());
        HttpResponse<String> response = server.client().get("/v1/events" + parameters);
        contract.check("GET", "/v1/events", response);

        assertThat(response.statusCode()).isEqualTo(422);
    }

    @Test
    void asc_anyEvents_isTheReverseOfDesc() {
        start(Map.of());
        append(250);
        List<Long> oldestFirst = walk("asc");
        List<Long> newestFirst = walk("desc");
        Collections.reverse(newestFirst);

        assertThat(oldestFirst).hasSize(250).isEqualTo(newestFirst);
    }

    private List<Long> walk(String order) {
        List<Long> seqs = new ArrayList<>();
        String cursor = "";
        do {
            JsonObject page = server.client().getJson("/v1/events?limit=37&order=" + order + cursor);
            page.getJsonArray("events").forEach(event -> seqs.add(((JsonObject) event).getLong("seq")));
            String next = page.getString("next_cursor");
            cursor = next == null ? "" : "&cursor=" + next;
        } while (!cursor.isEmpty());
        return seqs;
    }

    private void start(Map<String, String> environment) {
        server = RunningServer.start(directory, environment);
    }

    private void append(int count) {
        for (int done = 0; done < count; done += 500) {
            server.append(events.next(Math.min(500, count - done)).toArray(AuditEvent[]::new));
        }
    }

    private HttpResponse<String> get(String parameters) {
        HttpResponse<String> response = server.client().get(POLL + parameters);
        contract.check("GET", "/v1/events", response);
        return response;
    }

    private JsonObject poll(String parameters) {
        HttpResponse<String> response = get(parameters);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body());
    }

    private CompletableFuture<JsonObject> later(String parameters) {
        return server.client().getLater(POLL + parameters).thenApply(response -> new JsonObject(response.body()));
    }

    private void awaitWaiting(int requests) {
        Within.seconds(20)
                .until(
                        "requests that wait: " + requests,
                        () -> server.client()
                                .get("/metrics")
                                .body()
                                .contains("\nsentinel_polls_waiting " + requests + ".0"));
    }

    private static JsonObject answer(JsonArray found, long nextAfter, boolean more) {
        return new JsonObject()
                .put("events", found)
                .put("next_after", nextAfter)
                .put("more", more);
    }
}
