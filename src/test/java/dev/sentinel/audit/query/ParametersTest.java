package dev.sentinel.audit.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.TestClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Refused values in the query and the path of a search. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ParametersTest {
    private RunningServer running;
    private TestClient server;

    @BeforeAll
    void start(@TempDir Path directory) {
        running = RunningServer.start(directory);
        server = running.client();
    }

    @AfterAll
    void stop() {
        running.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/events?color=red, /query/color",
        "/v1/events?Limit=5, /query/Limit",
        "/v1/events?a/b~c=1, /query/a~1b~0c",
        "/v1/events?limit=0, /query/limit",
        "/v1/events?limit=1001, /query/limit",
        "/v1/events?limit=-1, /query/limit",
        "/v1/events?limit=%2B5, /query/limit",
        "/v1/events?limit=1.0, /query/limit",
        "/v1/events?limit=99999999999, /query/limit",
        "/v1/events?limit=, /query/limit",
        "/v1/events?limit=%D9%A1, /query/limit",
        "/v1/events?limit=5&limit=5, /query/limit",
        "/v1/events?from=yesterday, /query/from",
        "/v1/events?from=2026-02-30T00:00:00Z, /query/from",
        "/v1/events?from=2026-01-31T00:00:00+01:00, /query/from",
        "/v1/events?from=, /query/from",
        "/v1/events?to=1767225600, /query/to",
        "/v1/events?to=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z, /query/to",
        "/v1/stats?limit=5, /query/limit",
        "/v1/stats?top=0, /query/top",
        "/v1/stats?top=101, /query/top",
        "/v1/stats?agent_instance_id=, /query/agent_instance_id",
        "/v1/stats?from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00Z, /query/from",
        "/v1/stats?from=2999-01-01T00:00:00Z, /query/from",
        "/v1/stats?from=2016-01-01T00:00:00Z&to=2026-01-10T00:00:00Z, /query/from",
        "/v1/stats?from=0000-12-31T23:59:59Z&to=0001-01-01T00:00:01Z, /query/from",
        "/v1/stats?from=9998-12-31T00:00:00Z&to=9999-01-01T00:00:01Z, /query/to",
        "/v1/events?actor=robot, /query/actor",
        "/v1/events?actor=AGENT, /query/actor",
        "/v1/events?actor=, /query/actor",
        "/v1/events?actor, /query/actor",
        "/v1/events?actor=agent&actor=robot, /query/actor",
        "/v1/events?action_type=tool, /query/action_type",
        "/v1/events?status=ok, /query/status",
        "/v1/events?resource=, /query/resource",
        "/v1/events?resource_prefix=, /query/resource_prefix",
        "/v1/events?q=, /query/q",
        "/v1/events?q=a%00b, /query/q",
        "/v1/events?agent_instance_id=, /query/agent_instance_id",
        "/v1/events?trace_id=, /query/trace_id",
        "/v1/events?cursor=, /query/cursor",
        "/v1/events?cursor=x, /query/cursor",
        "/v1/events?cursor=AQ&cursor=AQ, /query/cursor",
        "/v1/events/5f0c6a52-8f3b-4a65-9f0e-000000000001?limit=1, /query/limit",
        "/v1/events/stream?limit=1, /query/limit",
        "/v1/events/stream?cursor=x, /query/cursor",
        "/v1/events/stream?last_event_id=x, /query/last_event_id",
        "/v1/events/stream?last_event_id=-2, /query/last_event_id",
        "/v1/events/stream?status=ok, /query/status",
        "/v1/events?filter=, /query/filter",
        "/v1/events?filter=a&filter=b, /query/filter",
        "/v1/events?filter=statsu:error, /query/filter",
        "/v1/events/stream?filter=(a, /query/filter",
        "/v1/events/export?filter=a%20OR, /query/filter",
        "/v1/agents/a/events?filter=latency:x, /query/filter",
        "/v1/traces/t?filter=time:x, /query/filter",
        "/v1/agents?filter=agent:a, /query/filter",
        "/v1/stats?filter=statsu:error, /query/filter",
        "/v1/stats?status=ok, /query/status",
        "/v1/traces?filter=resource:a, /query/filter",
        "/v1/traces?filter=agent:a%20OR%20status:error, /query/filter",
        "/v1/traces?filter=-status:error%20meta.a:1, /query/filter",
        "/v1/events/export?limit=1, /query/limit",
        "/v1/events/export?format=xml, /query/format",
        "/v1/events/export?format=csv&format=csv, /query/format",
        "/v1/events/export?order=up, /query/order",
        "/v1/events/export?from=x, /query/from",
        "/v1/agents?actor=agent, /query/actor",
        "/v1/agents?limit=0, /query/limit",
        "/v1/agents?prefix=, /query/prefix",
        "/v1/agents/a/events?agent_instance_id=a, /query/agent_instance_id",
        "/v1/agents/a%00/events, /path/agent_id",
        "/v1/traces/t?trace_id=t, /query/trace_id",
        "/v1/traces?resource=r, /query/resource",
        "/v1/traces?status=broken, /query/status",
        "/v1/traces?cursor=x, /query/cursor",
        "/v1/events/stream?filter=meta.a:1%20meta.b:1%20meta.c:1%20meta.d:1, /query/filter",
        "/v1/sessions, /query/session_id",
        "/v1/sessions/s?session_id=s, /query/session_id",
        "/v1/sessions/s%00, /path/session_id",
        "/v1/traces?trace_id=, /query/trace_id",
        "/v1/traces?trace_id=a&trace_id=b, /query/trace_id",
        "/v1/traces/t%00, /path/trace_id"
    })
    void parameter_invalid_isNamed(String target, String pointer) {
        assertThat(pointers(server.get(target))).containsExactly(pointer);
    }

    @Test
    void parameters_severalInvalid_areAllNamed() {
        assertThat(pointers(server.get("/v1/events?limit=0&from=x&actor=robot&actor=cat&color=red&cursor=%21")))
                .containsExactlyInAnyOrder(
                        "/query/limit", "/query/from", "/query/actor", "/query/color", "/query/cursor");
    }

    @ParameterizedTest
    @ValueSource(strings = {"agent_instance_id", "trace_id", "resource", "resource_prefix", "q"})
    void filter_twentyValues_isAccepted(String name) {
        assertThat(server.get("/v1/events?" + repeated(name, 20)).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"agent_instance_id", "trace_id", "resource", "resource_prefix", "q"})
    void filter_twentyOneValues_isRefused(String name) {
        assertThat(pointers(server.get("/v1/events?" + repeated(name, 21)))).containsExactly("/query/" + name);
    }

    @ParameterizedTest
    @CsvSource({"agent_instance_id, 255", "trace_id, 255", "resource, 1024", "resource_prefix, 1024", "q, 1024"})
    void filter_longestValue_isAccepted(String name, int characters) {
        assertThat(server.get("/v1/events?" + name + "=" + "x".repeat(characters))
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"agent_instance_id, 256", "trace_id, 256", "resource, 1025", "resource_prefix, 1025", "q, 1025"})
    void filter_tooLongValue_isRefused(String name, int characters) {
        assertThat(pointers(server.get("/v1/events?" + name + "=" + "x".repeat(characters))))
                .containsExactly("/query/" + name);
    }

    @Test
    void filter_charactersBeyondTheBasicPlane_countOnce() {
        assertThat(server.get("/v1/events?agent_instance_id=" + "%F0%9F%A4%96".repeat(255))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void problem_values_areNotRepeated() {
        assertThat(server.get("/v1/events?actor=hunter2").body()).doesNotContain("hunter2");
        assertThat(server.get("/v1/events?filter=actor:hunter2").body()).doesNotContain("hunter2");
    }

    private static String repeated(String name, int times) {
        return (name + "=x&").repeat(times);
    }

    private static List<String> pointers(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(422);
        return new JsonObject(response.body())
                .getJsonArray("errors", new JsonArray()).stream()
                        .map(error -> ((JsonObject) error).getString("pointer"))
                        .toList();
    }
}
