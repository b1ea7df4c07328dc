package dev.sentinel.audit.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RawConnection;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.TestClient;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.Outcome;
import dev.sentinel.audit.web.OpenApiContract;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryResourcesTest {
    private static final int MORE_THAN_SOCKETS_BUFFER = 8;

    private final OpenApiContract contract = OpenApiContract.load();
    private final Events events = new Events();
    private RunningServer running;
    private TestClient server;

    @BeforeEach
    void start(@TempDir Path directory) {
        running = RunningServer.start(directory);
        server = running.client();
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/events",
                "/v1/events?limit=1&actor=agent&actor=system",
                "/v1/events?limit=0&color=red",
                "/v1/events?filter=status:deneid",
                "/v1/traces/conversation-000?filter=meta.user_id:*",
                "/v1/stats?filter=agent:retail-support-001",
                "/v1/stats?filter=status:error",
                "/v1/stats?filter=meta.user_id:*&from=2020-01-01T00:00:00Z&to=2029-01-01T00:00:00Z",
                "/v1/stats?session_id=session-1&from=2020-01-01T00:00:00Z&to=2029-01-01T00:00:00Z&top=1",
                "/v1/stats?filter=statsu:error",
                "/v1/events/5f0c6a52-8f3b-4a65-9f0e-000000000001",
                "/v1/events/5f0c6a52-8f3b-4a65-9f0e-00000000ffff",
                "/v1/events/7",
                "/v1/agents",
                "/v1/agents?limit=1",
                "/v1/agents?cursor=x",
                "/v1/agents/airline-support-000/events?limit=2",
                "/v1/agents/nobody/events",
                "/v1/traces/conversation-000?limit=2",
                "/v1/traces/conversation-000?nested=true&seal=true",
                "/v1/traces?trace_id=conversation-000&nested=true",
                "/v1/traces/conversation-000?nested=yes",
                "/v1/traces?nested=true",
                "/v1/traces?filter=agent:a%20-status:error%20session:s",
                "/v1/traces?filter=resource:x",
                "/v1/traces/nothing",
                "/v1/traces",
                "/v1/traces?limit=1&status=error&session_id=s",
                "/v1/traces?status=broken",
                "/v1/sessions/session-1?limit=1",
                "/v1/sessions?session_id=session-1",
                "/v1/sessions/nothing",
                "/v1/traces?trace_id=conversation-000&limit=2",
                "/v1/traces?trace_id=nothing",
                "/v1/stats",
                "/v1/stats?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z&top=1",
                "/v1/stats?from=2000-01-01T00:00:00Z&to=2000-01-01T00:00:00.000001Z",
                "/v1/stats?agent_instance_id=airline-support-000",
                "/v1/stats?agent_instance_id=nobody&top=101"
            })
    void response_any_obeysContract(String target) {
        append(events.any(), events.any(), events.any(), events.withoutTimestamp());
        append(events.of("retail-support-001", "conversation-001", 7, EventStatus.ERROR).toBuilder()
                .sessionId("session-1")
                .onBehalfOf("user-7")
                .spanId("span-1")
                .parentSpanId("span-0")
                .build());
        contract.check("GET", target, server.get(target));
    }

    @Test
    void stats_withoutParameters_areOfTheLastHour() {
        append(events.withoutTimestamp());

        JsonObject stats = server.getJson("/v1/stats");

        assertThat(stats.getInteger("bucket_seconds")).isEqualTo(60);
        assertThat(stats.getJsonArray("buckets").size()).isBetween(60, 61);
        assertThat(stats.getJsonObject("totals").getInteger("events")).isEqualTo(1);
        assertThat(stats.getJsonArray("top_agents")).hasSize(1);
        assertThat(stats.getJsonArray("top_resources")).hasSize(1);
    }

    /** Times within a minute: sums would be of the whole minute. */
    @Test
    void stats_ofAFilter_countWhatTheListHas() {
        append(events.of("support-1", "run-1", 0, EventStatus.ERROR).toBuilder()
                .sessionId("session-1")
                .onBehalfOf("user-7")
                .build());
        append(events.of("support-1", "run-1", 1, EventStatus.SUCCESS), events.any());
        String from = server.getJson("/v1/events?order=asc&limit=1&agent_instance_id=support-1")
                .getJsonArray("events")
                .getJsonObject(0)
                .getString("timestamp");

        JsonObject stats = server.getJson(
                "/v1/stats?filter=agent:support-*%20-status:success&to=2027-01-01T00:00:00Z&from=" + from);

        assertThat(stats.getString("from")).isEqualTo(from);
        assertThat(stats.getBoolean("complete")).isTrue();
        assertThat(stats.getString("counted_from")).isEqualTo(from);
        assertThat(stats.getJsonObject("totals").getInteger("events")).isEqualTo(1);
        assertThat(stats.getJsonArray("top_sessions").encode())
                .isEqualTo("[{\"session_id\":\"session-1\",\"events\":1,\"errors\":1}]");
        assertThat(stats.getJsonArray("top_on_behalf_of").encode())
                .isEqualTo("[{\"on_behalf_of\":\"user-7\",\"events\":1,\"errors\":1}]");
    }

    @Test
    void stats_spansAtTheEndsOfTime_areAnswered() {
        for (String span : List.of(
                "from=0001-01-01T00:00:00Z&to=0001-01-01T00:00:01Z",
                "from=0001-01-01T00:00:00Z&to=0011-01-01T00:00:00Z",
                "from=9989-01-01T00:00:00Z&to=9999-01-01T00:00:00Z")) {
            contract.check("GET", "/v1/stats?" + span, server.get("/v1/stats?" + span));
            assertThat(server.get("/v1/stats?" + span).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void response_success_isKeptByNobodyWithoutAsking() {
        assertThat(server.get("/v1/events").headers().firstValue("Cache-Control"))
                .hasValue("private, no-cache");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/events",
                "/v1/events?status=error&limit=3",
                "/v1/events?q=refund",
                "/v1/agents",
                "/v1/agents/agent-1/events",
                "/v1/traces",
                "/v1/traces/trace-1",
                "/v1/sessions/session-1",
                "/v1/stats?from=2026-11-02T00:00:00Z&to=2026-11-03T00:00:00Z"
            })
    void answer_known_isNotSentAgainUntilAnEventIsStored(String target) {
        post("trace-1");
        HttpResponse<String> first = server.get(target);
        String etag = first.headers().firstValue("ETag").orElseThrow();

        HttpResponse<String> same = server.get(target, "If-None-Match", etag);
        post("another-run");
        HttpResponse<String> next = server.get(target, "If-None-Match", etag);

        assertThat(first.statusCode()).isEqualTo(200);
        contract.check("GET", target, same);
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
        assertThat(same.headers().firstValue("ETag")).hasValue(etag);
        assertThat(next.statusCode()).isEqualTo(200);
        assertThat(next.headers().firstValue("ETag")).isNotEqualTo(Optional.of(etag));
    }

    @Test
    void answer_toAnotherQuestion_hasAnotherETag() {
        post("trace-1");
        List<String> targets = List.of(
                "/v1/events", "/v1/events?limit=3", "/v1/events?limit=4", "/v1/agents", "/v1/traces", "/v1/stats");

        assertThat(targets.stream().map(this::etag)).doesNotHaveDuplicates().doesNotContain("");
    }

    /** It never changes, whatever else is stored. */
    @Test
    void event_known_isNotSentAgain() {
        AuditEvent event = events.any();
        append(event);
        String target = "/v1/events/" + event.eventId();
        String etag = etag(target);
        post("trace-1");

        assertThat(server.get(target, "If-None-Match", etag).statusCode()).isEqualTo(304);
        assertThat(server.get(target, "If-None-Match", "W/\"other\"").statusCode())
                .isEqualTo(200);
    }

    /** Any answer will do for the client, but there must be one. */
    @Test
    void anyAnswer_isKnownOnlyIfThereIsOne() {
        post("trace-1");

        assertThat(server.get("/v1/traces/nothing", "If-None-Match", "*").statusCode())
                .isEqualTo(404);
        assertThat(server.get("/v1/traces/trace-1", "If-None-Match", "*").statusCode())
                .isEqualTo(304);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "filter=time:>=2001-11-01T00:00:00Z",
                "filter=time:>=2101-11-01T00:00:00Z",
                "filter=time:<2001-11-01T00:00:00Z",
                "filter=time:<2101-11-01T00:00:00Z",
                "from=2026-11-02T08:00:00Z&to=2026-11-02T09:00:00Z&filter=time:>=2026-11-02T08:30:00Z",
            })
    void stats_filterWithTimesOutOfTheSpan_countsWhatIsInBoth(String query) {
        post("trace-1");
        append(events.withoutTimestamp());
        boolean isNothing = query.contains("from") || query.contains(">=2101") || query.contains("<2001");

        String escaped = query.replace(">=", "%3E%3D").replace("<", "%3C") + "%20status:success";

        assertThat(successes(escaped)).isEqualTo(isNothing ? 0 : successes("filter=status:success"));
    }

    private int successes(String query) {
        return server.getJson("/v1/stats?" + query).getJsonObject("totals").getInteger("events");
    }

    @Test
    void failure_hasNoETag() {
        for (String target : List.of("/v1/traces/nothing", "/v1/events?limit=0", "/v1/events/7")) {
            assertThat(etag(target)).as(target).isEmpty();
        }
    }

    private String etag(String target) {
        return server.get(target).headers().firstValue("ETag").orElse("");
    }

    private void post(String trace) {
        String event =
                SampleEvents.any().replace("trace-1", trace).replaceFirst("\\{", "{\"session_id\":\"session-1\",");
        assertThat(server.post("application/json", event).statusCode()).isEqualTo(201);
    }

    @Test
    void event_known_isReturnedWhole() {
        AuditEvent event = events.withMetadata("{\"n\":1.0,\"text\":\"ü\\u0001\"}");
        append(event);
        JsonObject found = server.getJson("/v1/events/" + event.eventId());
        assertThat(found.getString("event_id") + found.getJsonObject("metadata"))
                .isEqualTo(event.eventId() + "{\"n\":1.0,\"text\":\"ü\\u0001\"}");
    }

    @Test
    void event_idInUpperCase_isFound() {
        AuditEvent event = events.any();
        append(event);
        String id = event.eventId().toString().toUpperCase(Locale.ROOT);
        assertThat(server.get("/v1/events/" + id).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/events/5f0c6a52-8f3b-4a65-9f0e-00000000ffff, 404",
        "/v1/events/5f0c6a52-8f3b-4a65-9f0e-ffff, 422",
        "/v1/events/1-1-1-1-1, 422",
        "/v1/events/%20, 422",
        "/v1/traces/nothing, 404",
        "/v1/traces?trace_id=nothing, 404",
        "/v1/agents/nobody/events, 200",
        "/v1/agents/nobody, 404"
    })
    void thing_unknown_isAnsweredWith(String target, int status) {
        assertThat(server.get(target).statusCode()).isEqualTo(status);
    }

    @Test
    void agent_unknown_hasNoEvents() {
        assertThat(server.getJson("/v1/agents/nobody/events"))
                .isEqualTo(new JsonObject(
                        "{\"agent_instance_id\":\"nobody\",\"total\":0,\"events\":[],\"next_cursor\":null}"));
    }

    @ParameterizedTest
    @CsvSource({
        "a/b, a%2Fb",
        "a b, a%20b",
        "a+b, a+b",
        "ü/名前, %C3%BC%2F%E5%90%8D%E5%89%8D",
        "100%, 100%25",
        "a%2Fb, a%252Fb",
        "x:y?z#, x%3Ay%3Fz%23",
        ":agent_id, :agent_id"
    })
    void agent_encodedId_isDecodedOnce(String agent, String encoded) {
        append(events.of(agent, "conversation-000", 0));
        JsonObject answer = server.getJson("/v1/agents/" + encoded + "/events");
        assertThat(answer.getString("agent_instance_id") + " " + answer.getLong("total"))
                .isEqualTo(agent + " 1");
    }

    @Test
    void agent_filtered_totalCountsAllEvents() {
        append(events.of("a", "t", 0), events.of("a", "t", 1, EventStatus.DENIED), events.of("b", "t", 2));
        JsonObject answer = server.getJson("/v1/agents/a/events?status=denied");
        assertThat(answer.getLong("total") + " " + answer.getJsonArray("events").size())
                .isEqualTo("2 1");
    }

    @Test
    void agents_listed_haveTotalsErrorsAndTimes() {
        append(events.of("a", "t", 1_000, EventStatus.ERROR), events.of("a", "t", 0), events.of("b", "t", 0));
        assertThat(server.getJson("/v1/agents?limit=1").getJsonArray("agents").getJsonObject(0))
                .isEqualTo(new JsonObject("""
                                {"agent_instance_id":"a","total":2,"errors":1,
                                 "first_seen":"2026-03-14T09:26:53.000000Z","last_seen":"2026-03-14T09:26:54.000000Z"}
                                """));
    }

    @Test
    void agents_withPrefix_beginWithIt() {
        append(events.of("billing", "t", 0), events.of("billing-7", "t", 0), events.of("build", "t", 0));
        assertThat(server.getJson("/v1/agents?prefix=billing").getJsonArray("agents").stream()
                        .map(agent -> ((JsonObject) agent).getString("agent_instance_id")))
                .containsExactly("billing", "billing-7");
    }

    @Test
    void trace_known_isSummarized() {
        AuditEvent denied = events.of("b", "t", 2_000, EventStatus.DENIED);
        AuditEvent first = events.of("a", "t", 0);
        append(denied, first, events.of("a", "other", 0));
        assertThat(server.getJson("/v1/traces/t?status=denied").getJsonObject("summary"))
                .isEqualTo(new JsonObject("""
                                {"session_id":null,"status":"denied","agents":["a","b"],"total":2,"complete":true,
                                 "start":"2026-03-14T09:26:53.000000Z","end":"2026-03-14T09:26:55.000000Z",
                                 "duration_ms":2001,"by_status":{"success":1,"error":0,"pending":0,"denied":1},
                                 "first":{"event_id":"%s","timestamp":"2026-03-14T09:26:53.000000Z",
                                  "agent_instance_id":"a","action_type":"tool_call","resource":"get_user_details",
                                  "status":"success"},
                                 "first_problem":{"event_id":"%s","timestamp":"2026-03-14T09:26:55.000000Z",
                                  "agent_instance_id":"b","action_type":"db_query","resource":"get_user_details",
                                  "status":"denied"}}
                                """.formatted(first.eventId(), denied.eventId())));
    }

    @Test
    void traces_listed_beginWithTheNewest() {
        append(events.of("a", "old", 0), events.of("a", "new", 3), events.of("b", "old", 9), events.of("b", "mid", 2));

        assertThat(traces("/v1/traces")).containsExactly("new", "mid", "old");
        assertThat(traces("/v1/traces?agent_instance_id=b")).containsExactly("mid", "old");
        assertThat(new PageWalk(server).items("/v1/traces?limit=1", "traces"))
                .extracting(trace -> trace.getString("trace_id"))
                .containsExactly("new", "mid", "old");
    }

    @Test
    void session_known_isSummarizedWithItsEvents() {
        append(
                events.of("a", "t", 3).toBuilder().sessionId("s").build(),
                events.of("a", "t", 1),
                events.of("b", "u", 2, EventStatus.ERROR).toBuilder()
                        .sessionId("s")
                        .onBehalfOf("ann")
                        .build());

        assertThat(sequence("/v1/sessions/s")).containsExactly(2, 0);
        assertThat(server.getJson("/v1/sessions/s?on_behalf_of=ann").getJsonObject("summary"))
                .isEqualTo(server.getJson("/v1/sessions/s").getJsonObject("summary"));
        assertThat(sequence("/v1/events?on_behalf_of=ann")).containsExactly(2);
        assertThat(traces("/v1/traces?session_id=s")).containsExactly("u", "t");
        assertThat(server.get("/v1/sessions/nothing").statusCode()).isEqualTo(404);
    }

    private List<String> traces(String target) {
        return server.getJson(target).getJsonArray("traces").stream()
                .map(trace -> ((JsonObject) trace).getString("trace_id"))
                .toList();
    }

    /** Clients remove both from a path. */
    @ParameterizedTest
    @ValueSource(strings = {".", "..", "a/b"})
    void trace_anyIdInTheQuery_isSummarizedInPages(String traceId) {
        append(events.of("a", traceId, 1), events.of("a", traceId, 2), events.of("a", "other", 0));
        String first = "/v1/traces?trace_id=" + PercentEncoding.encode(traceId) + "&limit=1";

        JsonObject trace = server.getJson(first);

        assertThat(trace.getJsonObject("summary").getInteger("total")).isEqualTo(2);
        assertThat(new PageWalk(server).seqs(first)).containsExactly(0L, 1L);
    }

    @Test
    void trace_events_areOldestFirst() {
        append(events.of("a", "t", 3), events.of("a", "t", 1), events.of("a", "t", 2), events.of("a", "t", 1));
        assertThat(sequence("/v1/traces/t")).containsExactly(1, 3, 2, 0);
    }

    @Test
    void trace_nested_hasTheSameEventsAsTrees() {
        append(
                events.of("a", "t", 1).toBuilder().spanId("root").build(),
                events.of("a", "t", 2),
                events.of("a", "t", 3).toBuilder()
                        .spanId("child")
                        .parentSpanId("root")
                        .build(),
                events.of("a", "t", 4).toBuilder().parentSpanId("child").build(),
                events.of("a", "t", 5).toBuilder().parentSpanId("nowhere").build());
        JsonObject flat = server.getJson("/v1/traces/t");
        JsonObject nested = server.getJson("/v1/traces/t?nested=true");

        assertThat(tree(nested.getJsonArray("events"))).isEqualTo("0(2(3)) 1 4");
        assertThat(nested.getJsonObject("summary")).isEqualTo(flat.getJsonObject("summary"));
        JsonObject second = nested.getJsonArray("events").getJsonObject(1);
        assertThat(second.remove("children")).isEqualTo(new JsonArray());
        assertThat(second).isEqualTo(flat.getJsonArray("events").getJsonObject(1));
    }

    private static String tree(JsonArray events) {
        return events.stream()
                .map(JsonObject.class::cast)
                .map(event -> event.getInteger("seq")
                        + (event.getJsonArray("children").isEmpty()
                                ? ""
                                : "(" + tree(event.getJsonArray("children")) + ")"))
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource({
        "filter=agent:a, 't0'",
        "filter=status:error, 't1'",
        "filter=-status:error, 't2,t0'",
        "filter=agent:b%20status:denied, ''",
        "filter=status:error&agent_instance_id=b, 't1'",
        "filter=time:%3E2026-03-14T09:26:53.001Z, 't2'"
    })
    void traces_filtered_areThoseThatMatch(String filters, String expected) {
        append(events.of("a", "t0", 0));
        append(events.of("b", "t1", 1, EventStatus.ERROR));
        append(events.of("c", "t2", 2, EventStatus.DENIED));
        JsonArray traces = server.getJson("/v1/traces?" + filters).getJsonArray("traces");

        assertThat(traces.stream()
                        .map(trace -> ((JsonObject) trace).getString("trace_id"))
                        .collect(Collectors.joining(",")))
                .isEqualTo(expected);
    }

    @Test
    void events_unfiltered_areNewestFirst() {
        append(events.of("a", "t", 3), events.of("a", "t", 1), events.of("a", "t", 2), events.of("a", "t", 1));
        assertThat(sequence("/v1/events")).containsExactly(0, 2, 3, 1);
    }

    @ParameterizedTest
    @CsvSource({
        "agent_instance_id=a&agent_instance_id=c, '2,0'",
        "trace_id=t1, '1'",
        "actor=system, '2'",
        "action_type=tool_call, '1'",
        "status=error&status=denied, '2,1'",
        "resource=get_user_details&limit=2, '2,1'",
        "resource=get_user, ''",
        "resource_prefix=get_user&status=error, '1'",
        "resource=get_user&resource_prefix=Get, ''",
        "resource=get_user_details&resource_prefix=x&limit=2, '2,1'",
        "q=MIA_LI, '2,1,0'",
        "q=nothing, ''",
        "from=2026-03-14T09:26:53.001Z, '2,1'",
        "to=2026-03-14T10:26:53.001%2B01:00, '0'",
        "filter=status:error%20OR%20agent:c, '2,1'",
        "filter=agent:a&agent_instance_id=c, ''",
        "filter=-status:error&agent_instance_id=c&agent_instance_id=b, '2'",
        "filter=meta.user_id:mia_*%20trace:t1, '1'",
        "filter=meta.user_id:nobody, ''",
        "status=error&agent_instance_id=c, ''"
    })
    void events_filtered_areThoseThatMatch(String filters, String expected) {
        append(events.of("a", "t0", 0));
        append(events.of("b", "t1", 1, EventStatus.ERROR));
        append(events.of("c", "t2", 2, EventStatus.DENIED));
        assertThat(sequence("/v1/events?" + filters).stream().map(String::valueOf))
                .isEqualTo(expected.isEmpty() ? List.of() : List.of(expected.split(",")));
    }

    @Test
    void cursor_ofAnotherCondition_isRefused() {
        append(events.any(), events.any());
        String page = "/v1/events?limit=1&filter=-meta.user_id:x&cursor=";
        String cursor =
                server.getJson("/v1/events?limit=1&filter=-meta.user_id:x").getString("next_cursor");

        assertThat(server.get(page + cursor).statusCode()).isEqualTo(200);
        assertThat(server.get(page.replace("id:x", "id:y") + cursor).statusCode())
                .isEqualTo(422);
    }

    @Test
    void events_heavy_comeInSeveralPages() {
        String metadata = "{\"x\":\"" + "x".repeat(60_000) + "\"}";
        for (int i = 0; i < 150; i++) {
            append(events.withMetadata(metadata));
        }
        assertThat(server.getJson("/v1/events?limit=1000")
                        .getJsonArray("events")
                        .size())
                .isLessThan(150);
        assertThat(new PageWalk(server).seqs("/v1/events?limit=1000")).hasSize(150);
    }

    /** Each client holds memory for its answer until it has read it; further clients are answered 503 and retry. */
    @Test
    void answers_notRead_areBounded() {
        String metadata = "{\"x\":\"" + "x".repeat(60_000) + "\"}";
        for (int i = 0; i < 40; i++) {
            append(events.withMetadata(metadata));
        }
        List<RawConnection> lazy = new ArrayList<>();
        try {
            HttpResponse<String> refused = server.get("/v1/events?limit=1");
            for (int i = 0; i < 300 && refused.statusCode() == 200; i++) {
                lazy.add(new RawConnection(server.port())
                        .send("GET /v1/events?limit=1000 HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                .repeat(MORE_THAN_SOCKETS_BUFFER)));
                refused = server.get("/v1/events?limit=1");
            }
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(server.post("application/json", SampleEvents.any()).statusCode())
                    .as("events are still accepted")
                    .isEqualTo(201);
        } finally {
            lazy.forEach(RawConnection::close);
        }
    }

    private List<Integer> sequence(String target) {
        return server.getJson(target).getJsonArray("events").stream()
                .map(event -> ((JsonObject) event).getInteger("seq"))
                .toList();
    }

    private void append(AuditEvent... all) {
        assertThat(running.append(all)).allMatch(Outcome.Captured.class::isInstance);
    }
}
