package dev.sentinel.audit.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.model.ActionType;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uses the client as an agent does, with a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AuditClientTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final ConcurrentLinkedQueue<Rejection> rejections = new ConcurrentLinkedQueue<>();
    private RunningServer server;

    @BeforeAll
    void startServer(@TempDir Path directory) {
        server = RunningServer.start(directory);
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    @Test
    void record_event_isStoredWithItsValues() throws Exception {
        String trace = newTrace();
        try (AuditClient audit = client()) {
            audit.record(event -> event.traceId(trace)
                    .httpRequest("https://example.com/?token=abcdefgh12345678")
                    .latency(Duration.ofMillis(182))
                    .metadata("query_length", 42)
                    .metadata("password", "hunter2"));
            assertThat(audit.flush(TIMEOUT)).isTrue();
        }

        JsonObject event = events(trace).getJsonObject(0);
        assertThat(event.getString("agent_instance_id")).isEqualTo("tester");
        assertThat(event.getString("action_type")).isEqualTo("http_request");
        assertThat(event.getString("resource")).isEqualTo("https://example.com/?token=[REDACTED]");
        assertThat(event.getInteger("latency_ms")).isEqualTo(182);
        assertThat(event.getJsonObject("metadata"))
                .isEqualTo(new JsonObject("{\"query_length\":42,\"password\":\"[REDACTED]\"}"));
        assertThat(event.containsKey("redacted"))
                .as("further redactions by the server")
                .isFalse();
        assertThat(UUID.fromString(event.getString("event_id")).version()).isEqualTo(7);
    }

    @Test
    void record_keptKey_isNotRedacted() throws Exception {
        Captured captured = new Captured();
        captured.client(List.of("password_hint"))
                .record(event -> event.toolCall("x").metadata("password_hint", "dog"));

        assertThat(captured.last()).contains("{\"password_hint\":\"dog\"}");
    }

    @Test
    void record_valueThatRecordsToo_encodesBothEvents() {
        Captured captured = new Captured();
        AuditClient audit = captured.client();
        Object talkative = new Object() {
            @Override
            public String toString() {
                audit.record(event -> event.toolCall("inner").metadata("inner", true));
                return "text";
            }
        };
        audit.record(event -> event.toolCall("outer").metadata("value", talkative));

        assertThat(captured.last()).contains("\"resource\":\"outer\"", "\"metadata\":{\"value\":\"text\"}");
        assertThat(audit.stats().recorded()).isEqualTo(2);
    }

    @Test
    void record_anyFailure_isReportedAndNotThrown() {
        String trace = newTrace();
        List<Object> self = new ArrayList<>();
        self.add(self);
        Object broken = new Object() {
            @Override
            public String toString() {
                throw new UnsupportedOperationException("no text");
            }
        };
        Object unlinked = new Object() {
            @Override
            public String toString() {
                throw new NoClassDefFoundError("no class");
            }
        };
        rejections.clear();
        try (AuditClient audit = client()) {
            audit.record(event -> {
                throw new IllegalStateException("no event");
            });
            audit.record(event -> event.metadata("no", "action"));
            audit.record(event -> event.toolCall("x")
                    .traceId(trace)
                    .metadata("broken", broken)
                    .metadata("self", self)
                    .metadata((String) null, 1)
                    .metadata("unlinked", unlinked));
            assertThat(audit.stats().recorded()).isEqualTo(3);
            assertThat(audit.stats().rejected()).isEqualTo(2);
        }

        assertThat(events(trace).getJsonObject(0).getJsonObject("metadata").encode())
                .startsWith("{\"broken\":\"<")
                .contains("\"self\":[\"[circular]\"],\"null\":1,\"unlinked\":\"<");
        assertThat(rejections)
                .hasSize(2)
                .allSatisfy(rejection -> assertThat(rejection.status()).isZero());
        assertThat(rejections.stream().map(Rejection::detail))
                .anySatisfy(detail -> assertThat(detail)
                        .contains("java.lang.IllegalStateException")
                        .doesNotContain("no event"))
                .anySatisfy(detail -> assertThat(detail).contains("action_type is required; resource is required"));
    }

    @Test
    void record_idOfAnotherEvent_reportsRejectionOfServer() throws Exception {
        String trace = newTrace();
        UUID id = UUID.randomUUID();
        rejections.clear();
        try (AuditClient audit = client()) {
            audit.record(event -> event.traceId(trace).eventId(id).toolCall("one"));
            assertThat(audit.flush(TIMEOUT)).isTrue();
            audit.record(event -> event.traceId(trace).eventId(id).toolCall("two"));
            audit.record(event -> event.traceId(trace).toolCall("three"));
        }

        Rejection rejection = rejections.remove();
        assertThat(rejection.eventId()).isEqualTo(id.toString());
        assertThat(rejection.status()).isEqualTo(409);
        assertThat(rejection.detail()).isEqualTo("Another event with this event_id is already stored.");
        assertThat(rejection.event()).contains("\"resource\":\"two\"");
        assertThat(resources(trace)).containsExactlyInAnyOrder("one", "three");
    }

    @Test
    void record_withSpillDirectory_keepsLinks(@TempDir Path spill) throws Exception {
        String trace = newTrace();
        try (AuditClient audit = client(builder -> builder.spill(spill).sessionId("conversation-7"))) {
            audit.record(event -> event.traceId(trace)
                    .toolCall("x")
                    .spanId("step-2")
                    .parentSpanId("step-1")
                    .onBehalfOf("ann"));
            assertThat(audit.flush(TIMEOUT)).isTrue();
        }

        JsonObject event = events(trace).getJsonObject(0);
        assertThat(event.getString("span_id")).isEqualTo("step-2");
        assertThat(event.getString("parent_span_id")).isEqualTo("step-1");
        assertThat(event.getString("session_id")).isEqualTo("conversation-7");
        assertThat(event.getString("on_behalf_of")).isEqualTo("ann");
    }

    @Test
    void traced_actions_areRecordedWithOutcome() throws Exception {
        String trace = newTrace();
        try (AuditClient audit = client();
                TraceScope scope = audit.trace(trace)) {
            String page = audit.traced("search", ActionType.TOOL_CALL, () -> "page of " + scope.traceId());
            assertThat(page).isEqualTo("page of " + trace);
            assertThatThrownBy(() -> audit.traced("read", ActionType.FILE_READ, () -> {
                        throw new IOException("no such file");
                    }))
                    .isInstanceOf(IOException.class)
                    .hasMessage("no such file");
        }

        JsonArray events = events(trace);
        assertThat(resources(trace)).containsExactlyInAnyOrder("search", "read");
        for (int i = 0; i < 2; i++) {
            JsonObject event = events.getJsonObject(i);
            boolean failed = event.getString("resource").equals("read");
            assertThat(event.getInteger("latency_ms")).isNotNegative();
            assertThat(event.getString("status")).isEqualTo(failed ? "error" : "success");
            assertThat(event.getJsonObject("metadata"))
                    .isEqualTo(
                            failed
                                    ? new JsonObject(Map.of(
                                            "error_type", "java.io.IOException", "error_message", "no such file"))
                                    : new JsonObject());
        }
    }

    @Test
    void record_afterClose_isDroppedAndCounted() {
        AuditClient audit = client();
        audit.close();
        audit.close();
        audit.record(event -> event.toolCall("late"));

        assertThat(audit.stats().dropped()).isEqualTo(1);
        assertThat(audit.stats().waiting()).isZero();
    }

    @Test
    void close_byInterruptedThread_sendsRemainingEvents() {
        String trace = newTrace();
        AuditClient audit = client(builder -> builder.flushInterval(Duration.ofMinutes(1)));
        audit.record(event -> event.traceId(trace).toolCall("last"));
        Thread.currentThread().interrupt();
        audit.close();

        assertThat(Thread.interrupted()).as("is still interrupted").isTrue();
        assertThat(resources(trace)).containsExactly("last");
    }

    @Test
    void record_whileAnotherThreadCloses_losesNoEventSilently() throws Exception {
        for (int round = 0; round < 5; round++) {
            AuditClient audit = client();
            Thread recording = new Thread(() -> {
                while (audit.stats().dropped() == 0) {
                    audit.record(event -> event.toolCall("x"));
                }
            });
            recording.start();
            while (audit.stats().recorded() < 100) {
                Thread.onSpinWait();
            }
            audit.close();
            recording.join();

            ClientStats stats = audit.stats();
            assertThat(stats.recorded()).isEqualTo(stats.sent() + stats.dropped());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void record_listenerThrows_keepsSending(boolean error) throws Exception {
        String trace = newTrace();
        AuditListener throwing = new AuditListener() {
            @Override
            public void sent(int events, int duplicates) {
                if (error) {
                    throw new NoClassDefFoundError("listener");
                }
                throw new IllegalStateException("listener");
            }
        };
        try (AuditClient audit = client(builder -> builder.listener(throwing).inFlight(1))) {
            audit.record(event -> event.traceId(trace).toolCall("one"));
            assertThat(audit.flush(TIMEOUT)).isTrue();
            audit.record(event -> event.traceId(trace).toolCall("two"));
        }

        assertThat(resources(trace)).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void record_listenerThrowsErrorOnAgentThread_doesNotThrow() {
        AuditClient audit = client(builder -> builder.listener(new AuditListener() {
            @Override
            public void dropped(long events, String reason) {
                throw new NoClassDefFoundError("listener");
            }
        }));
        audit.close();
        audit.record(event -> event.toolCall("late"));

        assertThat(audit.stats().dropped()).isEqualTo(1);
        assertThat(audit.stats().rejected()).isZero();
    }

    @Test
    void record_manyThreads_losesNothing() throws Exception {
        String trace = newTrace();
        int threads = 8;
        try (AuditClient audit = client(builder -> builder.batch(100, 100_000))) {
            CountDownLatch done = new CountDownLatch(threads);
            for (int i = 0; i < threads; i++) {
                String name = "thread-" + i;
                new Thread(() -> {
                            for (int j = 0; j < 500; j++) {
                                audit.record(event -> event.traceId(trace).toolCall(name));
                            }
                            done.countDown();
                        })
                        .start();
            }
            done.await();
            assertThat(audit.flush(TIMEOUT)).isTrue();
            assertThat(audit.stats().sent()).isEqualTo(500L * threads);
        }

        assertThat(server.client()
                        .getJson("/v1/traces/" + trace + "?limit=1")
                        .getJsonObject("summary")
                        .getLong("total"))
                .isEqualTo(500L * threads);
    }

    @Test
    void record_blockPolicy_waitsForSpace() throws Exception {
        String trace = newTrace();
        try (AuditClient audit =
                client(builder -> builder.buffer(10, 100_000).batch(10, 100_000).whenFull(FullPolicy.block(TIMEOUT)))) {
            for (int i = 0; i < 200; i++) {
                audit.record(event -> event.traceId(trace).toolCall("x"));
            }
            assertThat(audit.flush(TIMEOUT)).isTrue();
            assertThat(audit.stats().sent()).isEqualTo(200);
        }
    }

    @Test
    void record_bufferSmallerThanBatch_isSentWhenHalfFull() {
        try (AuditClient audit = client(
                builder -> builder.buffer(10, 100_000).batch(1_000, 1_000_000).flushInterval(Duration.ofHours(1)))) {
            for (int i = 0; i < 5; i++) {
                audit.record(event -> event.toolCall("x"));
            }
            long deadline = System.nanoTime() + TIMEOUT.toNanos();
            while (audit.stats().sent() < 5) {
                assertThat(System.nanoTime()).as("time").isLessThan(deadline);
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void record_blockPolicyWithoutServer_dropsAfterTimeout() throws Exception {
        try (ServerSocket silent = new ServerSocket(0);
                AuditClient audit = client(builder -> builder.endpoint("http://127.0.0.1:" + silent.getLocalPort())
                        .buffer(3, 100_000)
                        .whenFull(FullPolicy.block(Duration.ofMillis(20)))
                        .closeTimeout(Duration.ofMillis(50)))) {
            for (int i = 0; i < 5; i++) {
                audit.record(event -> event.toolCall("x"));
            }
            assertThat(audit.stats().dropped()).isEqualTo(2);
            assertThat(audit.flush(Duration.ofMillis(30))).isFalse();
            audit.close(Duration.ofMillis(50));
            assertThat(audit.stats().dropped()).isEqualTo(5);
        }
    }

    @Test
    void record_largeEvents_areBoundedByBytes() throws Exception {
        try (ServerSocket silent = new ServerSocket(0);
                AuditClient audit = client(builder -> builder.endpoint("http://127.0.0.1:" + silent.getLocalPort())
                        .buffer(1_000, 100_000)
                        .closeTimeout(Duration.ofMillis(50)))) {
            for (int i = 0; i < 100; i++) {
                audit.record(event -> event.toolCall("x").metadata("large", "x".repeat(10_000)));
            }
            assertThat(audit.stats().waiting()).isEqualTo(9);
            assertThat(audit.stats().waitingBytes()).isBetween(90_000L, 100_000L);
        }
    }

    @Test
    void close_spillWithoutServer_keepsEventsForNextClient(@TempDir Path spill) throws Exception {
        String trace = newTrace();
        try (ServerSocket silent = new ServerSocket(0);
                AuditClient audit = client(builder -> builder.endpoint("http://127.0.0.1:" + silent.getLocalPort())
                        .spill(spill)
                        .closeTimeout(Duration.ofMillis(50)))) {
            for (int i = 0; i < 100; i++) {
                audit.record(event -> event.traceId(trace).toolCall("x").metadata("password", "secret-value"));
            }
            audit.close(Duration.ofMillis(50));
            assertThat(audit.stats().waiting()).isEqualTo(100);
            assertThat(audit.stats().dropped()).isZero();
            assertThat(contents(spill)).contains("[REDACTED]").doesNotContain("secret-value");
        }
        try (AuditClient next = client(builder -> builder.spill(spill))) {
            assertThat(next.flush(TIMEOUT)).isTrue();
            assertThat(next.stats().recovered()).isEqualTo(100);
            assertThat(next.stats().sent()).isEqualTo(100);
        }
        assertThat(resources(trace)).hasSize(100);
        assertThat(contents(spill)).isEmpty();
    }

    @Test
    void build_invalidSettings_areRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> AuditClient.builder().endpoint("localhost:8000").build())
                .withMessageContaining("endpoint");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AuditClient.builder().batch(0, 100_000))
                .withMessage("batch events must be from 1 to 10000: 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AuditClient.builder().flushInterval(Duration.ZERO))
                .withMessageContaining("flush interval");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://user:password@example.com", "https://example.com?token=secret"})
    void build_endpointWithCredentialsOrQuery_isRefusedAndNotRepeated(String endpoint) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AuditClient.builder().endpoint(endpoint).build())
                .withMessage("endpoint must consist of a scheme, a host, a port and a path only");
    }

    @ParameterizedTest
    @ValueSource(strings = {"snt_abc\n", "snt_ abc", "snt_\u00e4", "snt_\u007f", ""})
    void build_tokenInvalidInHeader_isRefusedAndNotRepeated(String token) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AuditClient.builder().token(token).build())
                .withMessage("token must be printable ASCII without spaces");
    }

    @Test
    void traced_messageWithASecretAtItsCut_leavesNoHalf() throws Exception {
        String trace = newTrace();
        try (AuditClient audit = client();
                TraceScope scope = audit.trace(trace)) {
            assertThatThrownBy(() -> audit.traced("read", ActionType.FILE_READ, () -> {
                        throw new IOException("x".repeat(480) + " Bearer abcdefghijklmnop1234567890ABCDEF");
                    }))
                    .isInstanceOf(IOException.class);
            assertThat(scope.traceId()).isEqualTo(trace);
        }

        assertThat(events(trace).getJsonObject(0).getJsonObject("metadata").getString("error_message"))
                .isEqualTo("x".repeat(480) + " Bearer [REDACTED]");
    }

    private AuditClient client() {
        return client(UnaryOperator.identity());
    }

    private AuditClient client(UnaryOperator<AuditClientBuilder> more) {
        AuditListener listener = new AuditListener() {
            @Override
            public void rejected(Rejection rejection) {
                rejections.add(rejection);
            }
        };
        return more.apply(AuditClient.builder()
                        .endpoint("http://127.0.0.1:" + server.client().port() + "/")
                        .agentInstanceId("tester")
                        .flushInterval(Duration.ofMillis(10))
                        .listener(listener))
                .build();
    }

    private static String newTrace() {
        return UUID.randomUUID().toString();
    }

    private JsonArray events(String trace) {
        return server.client()
                .getJson("/v1/events?limit=1000&trace_id=" + trace)
                .getJsonArray("events");
    }

    private List<String> resources(String trace) {
        return events(trace).stream()
                .map(event -> ((JsonObject) event).getString("resource"))
                .toList();
    }

    /** The contents of all files in a directory. */
    private static String contents(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            StringBuilder all = new StringBuilder();
            for (Path file : files.toList()) {
                all.append(Files.readString(file));
            }
            return all.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
