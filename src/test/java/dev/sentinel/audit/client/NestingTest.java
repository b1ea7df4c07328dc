package dev.sentinel.audit.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.model.ActionType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Plays the table of what links events, which the SDKs share, with this client and a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class NestingTest {
    private static final Path TABLE = Path.of("src/test/scenarios/nesting.ndjson");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final List<String> LINKS = List.of("span_id", "parent_span_id", "session_id", "on_behalf_of");

    private RunningServer server;

    /** What an action of the table throws. */
    private static final class Failed extends Exception {
        private static final long serialVersionUID = 1;
    }

    @BeforeAll
    void startServer(@TempDir Path directory) {
        server = RunningServer.start(directory);
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    @TestFactory
    Stream<DynamicTest> record_nestedCalls_linksTheirEvents() throws IOException {
        return Files.readAllLines(TABLE).stream()
                .map(NestingTest::parse)
                .map(row -> dynamicTest(row.get("name").asText(), () -> play(row)));
    }

    private void play(JsonNode row) throws Exception {
        String agent = "nesting-" + UUID.randomUUID();
        try (AuditClient client = client(agent, row.path("client"))) {
            play(client, row.get("do"), null);
            assertThat(client.flush(TIMEOUT)).isTrue();
        }

        Map<String, JsonNode> stored = stored(agent);
        assertThat(stored).containsOnlyKeys(names(row.get("expect")));
        stored.forEach((resource, event) -> check(event, row.get("expect").get(resource), stored));
    }

    private AuditClient client(String agent, JsonNode settings) {
        return AuditClient.builder()
                .endpoint("http://127.0.0.1:" + server.client().port())
                .agentInstanceId(agent)
                .sessionId(text(settings, "session_id"))
                .onBehalfOf(text(settings, "on_behalf_of"))
                .flushInterval(Duration.ofMillis(1))
                .build();
    }

    private static void play(AuditClient client, JsonNode steps, @Nullable TraceScope scope) throws Exception {
        for (JsonNode step : steps) {
            if (step.has("record")) {
                client.record(event -> describe(event, step));
            } else if (step.has("action")) {
                act(client, step, scope);
            } else if (step.has("thread")) {
                Thread thread = new Thread(scope.wrap(() -> playUnchecked(client, step.get("thread"), scope)));
                thread.start();
                thread.join();
            } else {
                try (TraceScope inner = scope(client, step)) {
                    play(client, step.get("do"), inner);
                }
            }
        }
    }

    private static void playUnchecked(AuditClient client, JsonNode steps, @Nullable TraceScope scope) {
        try {
            play(client, steps, scope);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void act(AuditClient client, JsonNode step, @Nullable TraceScope scope) throws Exception {
        try {
            client.traced(step.get("action").asText(), ActionType.TOOL_CALL, () -> {
                play(client, step.get("do"), scope);
                if (step.has("fails")) {
                    throw new Failed();
                }
            });
        } catch (Failed expected) {
            // The event says so.
        }
    }

    private static TraceScope scope(AuditClient client, JsonNode step) {
        TraceScope scope = step.has("trace")
                ? client.trace(step.get("trace").asText())
                : client.traceOf(step.get("traceparent").asText());
        set(step, "session_id", scope::sessionId);
        set(step, "on_behalf_of", scope::onBehalfOf);
        return scope;
    }

    private static void describe(EventBuilder event, JsonNode step) {
        event.toolCall(step.get("record").asText());
        set(step, "trace_id", event::traceId);
        set(step, "span_id", event::spanId);
        set(step, "parent_span_id", event::parentSpanId);
        set(step, "session_id", event::sessionId);
        set(step, "on_behalf_of", event::onBehalfOf);
    }

    private static void set(JsonNode step, String field, Consumer<String> setter) {
        if (step.has(field)) {
            setter.accept(step.get(field).asText());
        }
    }

    private static void check(JsonNode event, JsonNode expected, Map<String, JsonNode> stored) {
        TreeSet<String> fields = new TreeSet<>(LINKS);
        fields.addAll(List.of(names(expected)));
        for (String field : fields) {
            String value = text(expected, field);
            if ("$new".equals(value)) {
                assertThat(text(event, field)).matches("[0-9a-f]{16}");
                assertThat(stored.values().stream().map(other -> text(other, field)))
                        .containsOnlyOnce(text(event, field));
            } else {
                String span = value != null && value.startsWith("$")
                        ? text(stored.get(value.substring(1)), "span_id")
                        : value;
                assertThat(text(event, field)).as("%s of %s", field, event).isEqualTo(span);
            }
        }
    }

    private Map<String, JsonNode> stored(String agent) throws Exception {
        Map<String, JsonNode> events = new LinkedHashMap<>();
        parse(server.client()
                        .get("/v1/events?limit=100&agent_instance_id=" + agent)
                        .body())
                .get("events")
                .forEach(event -> events.put(event.get("resource").asText(), event));
        return events;
    }

    private static String[] names(JsonNode object) {
        Iterator<String> names = object.fieldNames();
        return Stream.generate(names::next).limit(object.size()).toArray(String[]::new);
    }

    private static @Nullable String text(JsonNode object, String field) {
        return object.path(field).asText(null);
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }
}
