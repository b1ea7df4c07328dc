package dev.sentinel.audit.query.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.EventStream;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.keys.ApiKey;
import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.keys.KeyToken;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.store.sqlite.SqliteKeyStore;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may follow what, and for how long. */
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
            try (KeyStore store = store()) {
                store.revoke(key.id(), Instant.now(), act());
            }
            assertIsEnded(stream);
        }
    }

    @Test
    void key_thatExpires_losesItsStream() {
        KeyToken key = make(Scope.READ, "", Instant.now().plusSeconds(3));
        try (RunningServer server = RunningServer.start(directory, LIVELY);
                EventStream stream = open(server, key, "")) {
            assertThat(stream.status()).isEqualTo(200);
            assertIsEnded(stream);
        }
    }

    /** Opened when there was no key yet, by whoever. */
    @Test
    void firstKey_endsStreamsOfAnybody() {
        try (RunningServer server = RunningServer.start(directory, LIVELY);
                EventStream stream = EventStream.open(server.client().port(), "/v1/events/stream")) {
            assertThat(stream.status()).isEqualTo(200);
            make(Scope.READ, "", null);
            assertIsEnded(stream);
        }
    }

    private static void assertIsEnded(EventStream stream) {
        EventStream.Frame closing = stream.next(frame -> frame.event().equals("closing"));
        assertThat(closing.json().getString("reason")).isEqualTo("the key is not valid any more");
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
        KeyToken token = KeyToken.random(new SecureRandom());
        try (KeyStore store = store()) {
            store.add(
                    new ApiKey(
                            token.id(),
                            "test",
                            token.hash(),
                            Set.of(scope),
                            agentPrefix,
                            null,
                            Instant.EPOCH,
                            expires,
                            null,
                            null),
                    act());
        }
        return token;
    }

    private KeyStore store() {
        return SqliteKeyStore.open(directory.resolve("sentinel_audit.db"));
    }

    /** No valid event: it is not captured, and so not among the events. */
    private static AdminAct act() {
        return new AdminAct(UUID.randomUUID().toString(), "{}");
    }
}
