package dev.sentinel.audit.query.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.EventStream;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.TestKeys;
import dev.sentinel.audit.keys.KeyToken;
import dev.sentinel.audit.keys.Scope;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Authorization of streams, and its end. */
@Timeout(60)
final class StreamKeysTest {
    private static final Map<String, String> LIVELY = Map.of("IDLE_TIMEOUT", "1s");

    @TempDir
    private Path directory;

    @Test
    void stream_withoutRead_isRefused() {
        KeyToken ingest = make(Scope.INGEST, "", null);
        try (RunningServer server = RunningServer.start(directory)) {
            assertThat(open(server, ingest, "").status()).isEqualTo(403);
            assertThat(EventStream.open(server.client().port(), "/v1/events/stream")
                            .status())
                    .isEqualTo(401);
        }
    }

    @Test
    void keyWithPrefix_seesItsAgentsOnly() {
        KeyToken all = make(Scope.ADMIN, "", null);
        KeyToken some = make(Scope.READ, "billing-", null);
        try (RunningServer server = RunningServer.start(directory);
                EventStream live = open(server, some, "")) {
            post(server, all, "sales-1");
            post(server, all, "billing-1");
            post(server, all, "billing");
            post(server, all, "billing-2");
            assertThat(live.seqs(2)).containsExactly(1L, 3L);
            try (EventStream again = open(server, some, "?last_event_id=-1")) {
                assertThat(again.seqs(2)).containsExactly(1L, 3L);
            }
        }
    }

    @Test
    void key_revoked_losesItsStream() {
        KeyToken key = make(Scope.READ, "", null);
        try (RunningServer server = RunningServer.start(directory, LIVELY);
                EventStream stream = open(server, key, "")) {
            assertThat(stream.next().id()).isEqualTo("-1");
            TestKeys.with(directory, keys -> keys.revoke(key.id(), Instant.now(), TestKeys.act()));
            assertIsEnded(stream);
        }
    }

    @Test
    void key_thatExpires_losesItsStream() throws Exception {
        make(Scope.READ, "", null);
        try (RunningServer server = RunningServer.start(directory, LIVELY)) {
            // Made while the server runs, so that the start does not count; the server sees it within a second.
            KeyToken key = make(Scope.READ, "", Instant.now().plusSeconds(6));
            EventStream stream = open(server, key, "");
            while (stream.status() == 401) {
                stream.close();
                Thread.sleep(100); // Thirty wrong tokens would be too many.
                stream = open(server, key, "");
            }
            assertThat(stream.status()).isEqualTo(200);
            assertIsEnded(stream);
            stream.close();
        }
    }

    /** The streams were opened without a key, before the first key existed. */
    @Test
    void firstKey_endsAnonymousStreams() {
        try (RunningServer server = RunningServer.start(directory, LIVELY);
                EventStream stream = EventStream.open(server.client().port(), "/v1/events/stream")) {
            assertThat(stream.status()).isEqualTo(200);
            make(Scope.READ, "", null);
            assertIsEnded(stream);
        }
    }

    private static void assertIsEnded(EventStream stream) {
        EventStream.Frame closing = stream.next(frame -> frame.event().equals("closing"));
        assertThat(closing.json().getString("reason")).isEqualTo("the key is no longer valid");
        assertThat(stream.untilTheEnd()).isEmpty();
    }

    private static EventStream open(RunningServer server, KeyToken key, String query) {
        return EventStream.open(
                server.client().port(), "/v1/events/stream" + query, "Authorization", "Bearer " + key.text());
    }

    private static void post(RunningServer server, KeyToken key, String agent) {
        String event = new JsonObject(SampleEvents.of(UUID.randomUUID()))
                .put("agent_instance_id", agent)
                .encode();
        assertThat(server.client()
                        .post(
                                BodyPublishers.ofString(event),
                                "Content-Type",
                                "application/json",
                                "Authorization",
                                "Bearer " + key.text())
                        .statusCode())
                .isEqualTo(201);
    }

    private KeyToken make(Scope scope, String agentPrefix, @Nullable Instant expires) {
        return TestKeys.make(directory, Set.of(scope), agentPrefix, null, expires);
    }
}
