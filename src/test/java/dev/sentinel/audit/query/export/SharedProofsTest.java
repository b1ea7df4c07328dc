package dev.sentinel.audit.query.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.store.ForwardingLog;
import dev.sentinel.audit.store.LogReader;
import dev.sentinel.audit.store.postgres.PostgresServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Proofs of the events of a database in which other transactions are under way. Events that were acknowledged have no
 * position until all that began before them have ended, and they belong to an export all the same.
 */
@Timeout(60)
final class SharedProofsTest {
    private static final int EVENTS = 1_500;

    private static final String INSERT = """
            INSERT INTO audit_events (event_id, timestamp, agent_instance_id, trace_id, actor, action_type, resource,
              status, metadata, received_at)
            VALUES (gen_random_uuid(), now(), 'a', 'another-run', 'agent', 'tool_call', 'r', 'success', '{}', now())""";

    @TempDir
    private Path directory;

    private final PostgresServer postgres = PostgresServer.shared();
    private final String url = postgres.newSchema();
    private final CompletableFuture<Void> asked = new CompletableFuture<>();
    private RunningServer server;

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/events/export?proofs=inline",
                "/v1/events/export?proofs=inline&order=asc",
                "/v1/traces/trace-1/evidence"
            })
    void proofs_ofEventsWithoutAPositionYet_waitForIt(String target) throws Exception {
        server = RunningServer.readingThrough(
                this::announcing,
                directory,
                Map.of(
                        "DATABASE_URL",
                        url,
                        "SIGNING_KEY_FILE",
                        directory.resolve("keys/log.key").toString()));
        post();
        awaitCheckpoint();
        try (Connection slow = postgres.connect(url);
                Statement statement = slow.createStatement()) {
            slow.setAutoCommit(false);
            statement.execute(INSERT);
            post();

            CompletableFuture<HttpResponse<String>> answer =
                    CompletableFuture.supplyAsync(() -> server.client().get(target));
            asked.get(20, TimeUnit.SECONDS);
            slow.rollback();

            HttpResponse<String> export = answer.get(20, TimeUnit.SECONDS);
            assertThat(export.statusCode()).as(export.body()).isEqualTo(200);
            if (target.contains("inline")) {
                assertThat(export.body().lines().filter(line -> line.contains("\"trace-1\"")))
                        .hasSize(2 * EVENTS + 1)
                        .allMatch(line -> line.contains(",\"proof\":"));
            }
        }
    }

    /** Lets the test know that an export has asked which events a checkpoint must cover. */
    private LogReader announcing(LogReader log) {
        return new ForwardingLog(log) {
            @Override
            public OptionalLong sizeCovering(long snapshotBound) {
                OptionalLong size = super.sizeCovering(snapshotBound);
                asked.complete(null);
                return size;
            }
        };
    }

    /** One that covers all events so far: otherwise an export would wait for it in any case. */
    private void awaitCheckpoint() {
        UUID last = UUID.randomUUID();
        server.client().post("application/json", SampleEvents.of(last));
        assertThat(server.client().get("/v1/events/" + last + "/proof?wait=5s").statusCode())
                .isEqualTo(200);
    }

    private void post() {
        String body = Stream.generate(SampleEvents::any).limit(EVENTS).collect(Collectors.joining("\n"));
        assertThat(server.client().post("application/x-ndjson", body).statusCode())
                .isEqualTo(201);
    }
}
