package dev.sentinel.audit.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sentinel.audit.RunningServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Records the values that every SDK must shorten or turn into text, with this client and a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ValuesTest {
    private static final Path TABLE = Path.of("src/test/scenarios/values.ndjson");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private RunningServer server;

    @BeforeAll
    void startServer(@TempDir Path directory) {
        server = RunningServer.start(directory);
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    @TestFactory
    Stream<DynamicTest> record_anyValue_isStoredAsExpected() throws IOException {
        return Files.readAllLines(TABLE).stream()
                .map(ValuesTest::parse)
                .map(row -> dynamicTest(row.get("name").asText(), () -> play(row.get("given"), row.get("expect"))));
    }

    private void play(JsonNode given, JsonNode expect) throws Exception {
        Queue<Rejection> rejections = new ConcurrentLinkedQueue<>();
        UUID id = UUID.randomUUID();
        try (AuditClient client = AuditClient.builder()
                .endpoint("http://127.0.0.1:" + server.client().port())
                .agentInstanceId("values")
                .flushInterval(Duration.ofMillis(1))
                .listener(new AuditListener() {
                    @Override
                    public void rejected(Rejection rejection) {
                        rejections.add(rejection);
                    }
                })
                .build()) {
            client.record(event -> describe(event.eventId(id), given));
            assertThat(client.flush(TIMEOUT)).isTrue();
        }

        if (expect.has("rejected")) {
            assertThat(rejections)
                    .singleElement()
                    .satisfies(rejection -> assertThat(rejection.detail())
                            .contains(expect.get("rejected").asText()));
            return;
        }
        assertThat(rejections).isEmpty();
        JsonNode stored = parse(server.client().get("/v1/events/" + id).body());
        assertThat(stored.has("redacted")).as("left for the server to redact").isFalse();
        expect.fields()
                .forEachRemaining(field -> assertThat(stored.get(field.getKey()))
                        .isEqualTo(parse(JSON.valueToTree(GivenValues.of(field.getValue()))
                                .toString())));
    }

    private static void describe(EventBuilder event, JsonNode given) {
        event.toolCall(given.has("resource") ? GivenValues.text(given.get("resource")) : "r");
        set(given, "trace_id", event::traceId);
        set(given, "agent_instance_id", event::agentInstanceId);
        set(given, "span_id", event::spanId);
        set(given, "parent_span_id", event::parentSpanId);
        set(given, "session_id", event::sessionId);
        set(given, "on_behalf_of", event::onBehalfOf);
        if (given.has("metadata")) {
            @SuppressWarnings("unchecked")
            Map<String, Object> metadata = (Map<String, Object>) GivenValues.of(given.get("metadata"));
            event.metadata(metadata);
        }
    }

    private static void set(JsonNode given, String field, Consumer<String> setter) {
        if (given.has(field)) {
            setter.accept(GivenValues.text(given.get(field)));
        }
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new AssertionError(json, e);
        }
    }
}
