package dev.sentinel.audit.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RawConnection;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.TestKeys;
import dev.sentinel.audit.keys.KeyToken;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.web.OpenApiContract;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who sends to a server, and what went wrong. Every answer is also checked against the contract. */
final class SourcesResourceTest {
    private static final String SPANS = """
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"billing"}}]},\
            "scopeSpans":[{"scope":{"name":"my.scope"},"spans":[\
            {"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7","name":"execute_tool search",\
            "attributes":[{"key":"gen_ai.operation.name","value":{"stringValue":"execute_tool"}},\
            {"key":"gen_ai.tool.name","value":{"stringValue":"search"}}]},\
            {"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b8","name":"step","kind":1},\
            {"traceId":"S/kvNXezTaajzpKdDg5HNg==","spanId":"APBnqgupArc=","name":"execute_tool search"}]}]}]}""";

    private final OpenApiContract contract = OpenApiContract.load();

    @TempDir
    private Path directory;

    private RunningServer server;

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void events_sent_areCountedByUserAgent() {
        server = RunningServer.start(directory);
        UUID id = UUID.randomUUID();
        post(SampleEvents.of(id), "application/json");
        post(SampleEvents.of(id), "application/json");
        post(SampleEvents.with(id, "{\"other\":1}"), "application/json");
        post("[{}," + SampleEvents.any() + "]", "application/json");
        post("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"}", "application/cloudevents+json");

        List<JsonObject> sources = sources();
        assertThat(sources)
                .extracting(source -> source.getString("protocol"))
                .containsExactly("CloudEvents", "events, JSON");
        JsonObject events = sources.get(1);
        assertThat(events.getString("producer")).isEqualTo("acme/1.0");
        assertThat(events.getInteger("requests")).isEqualTo(4);
        assertThat(events.getInteger("kept")).isEqualTo(4);
        assertThat(events.getInteger("duplicate")).isEqualTo(1);
        assertThat(events.getInteger("conflict")).isEqualTo(1);
        assertThat(events.getInteger("rejected")).isEqualTo(1);
    }

    @Test
    void spans_sent_areCountedByEmitterAndScope() {
        server = RunningServer.start(directory);
        server.client().postTo("/v1/traces", "application/json", SPANS);
        server.client().postTo("/v1/traces", "application/json", SPANS);

        JsonObject source = sources().stream()
                .filter(each -> each.getString("producer").endsWith("/my.scope"))
                .findFirst()
                .orElseThrow();
        assertThat(source.getString("protocol")).isEqualTo("OTLP traces, json");
        assertThat(source.getInteger("requests")).isEqualTo(2);
        assertThat(source.getInteger("kept")).isEqualTo(2);
        assertThat(source.getInteger("duplicate")).isEqualTo(1);
        assertThat(source.getJsonObject("ignored")).isEqualTo(new JsonObject().put("step", 2));
        assertThat(problems()).anySatisfy(problem -> assertThat(problem).contains("base64 id"));
    }

    @Test
    void problems_ofRequests_areInWords() {
        KeyToken admin = TestKeys.make(directory, Set.of(Scope.ADMIN), "", null, null);
        server = RunningServer.start(directory);
        server.client().postTo("/v1/traces/v1/traces", "application/json", "{}");
        server.client().postTo("/v1/traces", "application/json", "{}");
        try (RawConnection grpc = new RawConnection(server.client().port())) {
            grpc.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").read();
        }

        String problems = get("Authorization", "Bearer " + admin.text()).body();
        assertThat(problems).contains("A token is required", "A gRPC exporter is talking to the HTTP port");
    }

    @Test
    void problems_ofAnotherPath_nameTheRightOne() {
        server = RunningServer.start(directory);
        server.client().postTo("/v1/traces/v1/traces", "application/json", "{}");

        assertThat(problems()).anySatisfy(problem -> assertThat(problem).contains("the path is"));
    }

    @Test
    void sources_withoutAdmin_areRefused() {
        KeyToken reader = TestKeys.make(directory, Set.of(Scope.READ), "", null, null);
        server = RunningServer.start(directory);

        assertThat(get("Authorization", "Bearer " + reader.text()).statusCode()).isEqualTo(403);
    }

    private void post(String body, String type) {
        server.client().post(BodyPublishers.ofString(body), "Content-Type", type, "User-Agent", "acme/1.0");
    }

    private List<JsonObject> sources() {
        return new JsonObject(get().body())
                .getJsonArray("sources").stream().map(JsonObject.class::cast).toList();
    }

    private List<String> problems() {
        return new JsonObject(get().body())
                .getJsonArray("problems").stream()
                        .map(problem -> ((JsonObject) problem).getString("detail"))
                        .toList();
    }

    private HttpResponse<String> get(String... headers) {
        HttpResponse<String> response = server.client().get("/v1/sources", headers);
        contract.check("GET", "/v1/sources", response);
        return response;
    }
}
