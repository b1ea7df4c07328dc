package dev.sentinel.audit.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.store.postgres.PostgresVertx;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract of every {@link KeyStore}. A subclass opens real stores. */
@Timeout(60)
public abstract class KeyStoreContract {
    private static final Instant NOW = Instant.parse("2026-11-02T08:05:13Z");

    private final Vertx vertx = Vertx.vertx();
    private KeyStore store;

    /** Opens the store of the test: an empty one at the first call, and the same one again at later calls. */
    protected abstract Future<? extends KeyStore> open(Vertx vertx);

    @BeforeEach
    void openStore() {
        store = open(vertx).await();
    }

    @AfterEach
    void close() {
        store.close().await();
        PostgresVertx.close(vertx);
    }

    @Test
    void add_anyKey_roundTrips() {
        ApiKey plain = key("b", NOW);
        ApiKey full = new ApiKey(
                "a",
                "O'Brien's \"agents\" \ud83e\udd16 %_\\",
                TokenHash.of("token"),
                Set.of(Scope.values()),
                "billing-\ud83e\udd16'",
                RateLimit.parse("1000/minute"),
                NOW,
                NOW.plusSeconds(1),
                NOW.plusSeconds(2),
                NOW.plusSeconds(3));
        ApiKey older = key("c", NOW.minusSeconds(1));

        List.of(plain, full, older).forEach(key -> store.add(key, act()).await());

        assertThat(store.keys().await())
                .usingRecursiveFieldByFieldElementComparator()
                .as("oldest first")
                .containsExactly(older, full, plain);
        assertThat(store.find("a").await()).get().usingRecursiveComparison().isEqualTo(full);
        assertThat(store.find("A").await()).isEmpty();
        KeyStore again = open(vertx).await();
        assertThat(again.keys().await()).hasSize(3);
        again.close().await();
    }

    @Test
    void secret_anyCall_isTheSame() {
        byte[] secret = store.secret().await();
        KeyStore again = open(vertx).await();

        assertThat(secret).hasSize(32);
        assertThat(store.secret().await()).isEqualTo(secret);
        assertThat(again.secret().await()).isEqualTo(secret);
        again.close().await();
    }

    /** Cursors of a log stay good when it moves, and those of a log that others move into do, too. */
    @Test
    void adoptSecret_onlyTheFirst_isTaken() {
        byte[] secret = new byte[32];
        secret[0] = 1;
        store.adoptSecret(secret).await();
        store.adoptSecret(new byte[32]).await();

        assertThat(store.secret().await()).isEqualTo(secret);
    }

    @Test
    void begin_session_roundTripsUntilItEnds() {
        Session session = session("a", "key", NOW.plusMillis(1));
        Session other = session("b", "key", NOW.plusSeconds(1));
        store.begin(session, NOW).await();
        store.begin(other, NOW).await();

        assertThat(store.sessions().await())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactlyInAnyOrder(session, other);
        store.end(session.cookie()).await();
        store.end(TokenHash.of("unknown")).await();
        assertThat(store.sessions().await())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(other);
    }

    @Test
    void begin_expiredSessions_areRemoved() {
        store.begin(session("a", "key", NOW.plusSeconds(1)), NOW).await();
        store.begin(session("b", "key", NOW.plusSeconds(3)), NOW).await();
        store.begin(session("c", "key", NOW.plusSeconds(3)), NOW.plusSeconds(1)).await();

        assertThat(cookies()).containsExactlyInAnyOrder(hash("b"), hash("c"));
    }

    /** Each key has its own bound, so that a leaked one cannot sign out the others. */
    @Test
    void begin_manySessionsOfAKey_removesItsOldest() {
        store.begin(session("other", "other", NOW.plusSeconds(1)), NOW).await();
        for (int i = 0; i <= KeyStore.MAX_SESSIONS; i++) {
            store.begin(session("s" + i, "key", NOW.plusSeconds(10 + i)), NOW).await();
        }

        assertThat(cookies())
                .hasSize(KeyStore.MAX_SESSIONS + 1)
                .contains(hash("other"), hash("s1"), hash("s" + KeyStore.MAX_SESSIONS))
                .doesNotContain(hash("s0"));
    }

    @Test
    void version_afterASessionOfAnotherProcess_differs() {
        KeyStore other = open(vertx).await();
        long before = store.version().await();
        other.begin(session("a", "key", NOW.plusSeconds(1)), NOW).await();
        long begun = store.version().await();
        other.end(TokenHash.of("a")).await();

        assertThat(begun).isNotEqualTo(before);
        assertThat(store.version().await()).isNotEqualTo(begun);
        other.close().await();
    }

    private List<String> cookies() {
        return store.sessions().await().stream()
                .map(session -> session.cookie().hex())
                .toList();
    }

    private static String hash(String cookie) {
        return TokenHash.of(cookie).hex();
    }

    private static Session session(String cookie, String keyId, Instant expires) {
        return Session.of(cookie, "page of " + cookie, keyId, "token", expires);
    }

    @Test
    void revoke_key_takesEffectAtTheGivenTime() {
        store.add(key("a", NOW), act()).await();
        store.add(key("b", NOW), act()).await();

        store.revoke("a", NOW.plusSeconds(60), act()).await();

        assertThat(store.find("a").await().orElseThrow().revoked()).isEqualTo(NOW.plusSeconds(60));
        assertThat(store.find("b").await().orElseThrow().revoked()).isNull();
    }

    @Test
    void replace_key_addsTheNewAndRevokesTheOld() {
        store.add(key("a", NOW), act()).await();

        store.replace("a", NOW.plusSeconds(60), key("b", NOW.plusSeconds(1)), act())
                .await();

        assertThat(store.find("a").await().orElseThrow().revoked()).isEqualTo(NOW.plusSeconds(60));
        assertThat(store.find("b").await().orElseThrow().revoked()).isNull();
        assertThat(store.uncaptured(10).await()).hasSize(2);
    }

    @Test
    void replace_withExistingKey_changesNothing() {
        store.add(key("a", NOW), act()).await();
        store.add(key("b", NOW), act()).await();

        assertThatThrownBy(() -> store.replace("a", NOW, key("b", NOW), act()).await())
                .isInstanceOf(Failure.class);

        assertThat(store.find("a").await().orElseThrow().revoked()).isNull();
        assertThat(store.uncaptured(10).await()).hasSize(2);
        store.revoke("a", NOW, act()).await();
        assertThat(store.find("a").await().orElseThrow().revoked()).isEqualTo(NOW);
    }

    @Test
    void uncaptured_acts_areKeptInOrderUntilCaptured() {
        List<AdminAct> acts = List.of(act(), act(), act(), act());
        store.add(key("a", NOW), acts.get(0)).await();
        store.record(acts.get(1)).await();
        store.revoke("a", NOW, acts.get(2)).await();
        store.record(acts.get(3)).await();

        assertThat(store.uncaptured(3).await()).isEqualTo(acts.subList(0, 3));
        store.captured(List.of(acts.get(1), acts.get(0))).await();
        assertThat(store.uncaptured(3).await()).isEqualTo(acts.subList(2, 4));
        store.captured(List.of()).await();
        store.captured(acts).await();
        assertThat(store.uncaptured(3).await()).isEmpty();
    }

    @Test
    void used_keys_storesTheTime() {
        store.add(key("a", NOW), act()).await();
        store.add(key("b", NOW), act()).await();

        store.used(Map.of("a", NOW.plusSeconds(7), "nobody", NOW)).await();
        store.used(Map.of()).await();

        assertThat(store.find("a").await().orElseThrow().lastUsed()).isEqualTo(NOW.plusSeconds(7));
        assertThat(store.find("b").await().orElseThrow().lastUsed()).isNull();
    }

    @Test
    void version_anotherProcessHasWritten_isAnotherOne() {
        KeyStore server = open(vertx).await();
        long before = server.version().await();
        assertThat(server.version().await()).isEqualTo(before);

        store.add(key("a", NOW), act()).await();
        long added = server.version().await();
        assertThat(added).isNotEqualTo(before);
        assertThat(server.version().await()).isEqualTo(added);

        store.revoke("a", NOW, act()).await();
        assertThat(server.version().await()).isNotEqualTo(added);
        server.close().await();
    }

    @Test
    void calls_twoAtOnce_areBothDone() {
        store.add(key("a", NOW), act()).await();

        Future<Void> captured = store.captured(store.uncaptured(1).await());
        Future<Optional<ApiKey>> found = store.find("a");

        assertThat(found.await()).isPresent();
        captured.await();
        assertThat(store.uncaptured(1).await()).isEmpty();
    }

    /** The thread of a command may wait; an event loop must not, whatever the database does. */
    @Test
    void calls_fromAnEventLoop_doNotBlockIt() throws Exception {
        Promise<String> completedOn = Promise.promise();
        vertx.runOnContext(now -> store.keys()
                .compose(keys -> store.version())
                .onComplete(done -> completedOn.complete(Thread.currentThread().getName())));

        assertThat(completedOn.future().await(20, TimeUnit.SECONDS)).contains("eventloop");
    }

    @Test
    void close_openStore_returnsWithinSeconds() {
        KeyStore other = open(vertx).await();
        other.keys().await();
        long started = System.nanoTime();

        other.close().await();

        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
    }

    private static ApiKey key(String id, Instant created) {
        return new ApiKey(
                id, "name", TokenHash.of("token of " + id), Set.of(Scope.INGEST), "", null, created, null, null, null);
    }

    private static AdminAct act() {
        UUID id = UUID.randomUUID();
        return new AdminAct(id.toString(), "{\"event_id\":\"" + id + "\",\"resource\":\"keys.\ud83e\udd16\"}");
    }
}
