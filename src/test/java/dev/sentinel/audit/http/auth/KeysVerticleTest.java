package dev.sentinel.audit.http.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.Within;
import dev.sentinel.audit.bus.LocalCodec;
import dev.sentinel.audit.event.EventReader;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.keys.AdminEvent;
import dev.sentinel.audit.keys.ApiKey;
import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.keys.Session;
import dev.sentinel.audit.keys.SessionChange;
import dev.sentinel.audit.keys.TokenHash;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.persist.Append;
import dev.sentinel.audit.persist.Appended;
import dev.sentinel.audit.persist.Inbox;
import dev.sentinel.audit.redact.RedactionRules;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** How keys are taken over from a store that fails or hangs. */
@ExtendWith(VertxExtension.class)
@Timeout(60)
final class KeysVerticleTest {
    private static final Within WITHIN = Within.seconds(20);

    /** Looks are made once a second: time for two. */
    private static final Duration TWO_LOOKS = Duration.ofMillis(2_500);

    private static final ApiKey KEY = new ApiKey(
            "a", "name", TokenHash.of("token"), Set.of(Scope.INGEST), "", null, Instant.EPOCH, null, null, null);

    private final CurrentKeys keys = new CurrentKeys(null);
    private final Store store = new Store();
    private Vertx vertx;

    /** Answers what the test says, and remembers what it was asked. */
    private static final class Store implements KeyStore {
        private final Queue<String> calls = new ConcurrentLinkedQueue<>();
        private final Queue<Future<List<ApiKey>>> reads = new ArrayDeque<>();
        private volatile Future<Long> version = Future.succeededFuture(1L);
        private volatile List<AdminAct> acts = List.of();

        private <T> Future<T> answer(String call, Future<T> with) {
            calls.add(call);
            return with;
        }

        long count(String call) {
            return calls.stream().filter(call::equals).count();
        }

        @Override
        public Future<Long> version() {
            return answer("version", version);
        }

        @Override
        public synchronized Future<List<ApiKey>> keys() {
            return answer("keys", reads.isEmpty() ? Future.succeededFuture(List.of()) : reads.remove());
        }

        synchronized void willRead(Future<List<ApiKey>> read) {
            reads.add(read);
        }

        @Override
        public Future<List<AdminAct>> uncaptured(int limit) {
            return answer("uncaptured", Future.succeededFuture(acts));
        }

        @Override
        public Future<Void> captured(List<AdminAct> captured) {
            return answer("captured", Future.succeededFuture());
        }

        @Override
        public Future<Void> used(Map<String, Instant> lastUsed) {
            return answer("used", Future.succeededFuture());
        }

        @Override
        public Future<Void> close() {
            return answer("close", Future.succeededFuture());
        }

        @Override
        public Future<List<Session>> sessions() {
            return Future.succeededFuture(List.of());
        }

        @Override
        public Future<byte[]> secret() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Void> adoptSecret(byte[] secret) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Void> begin(Session session, Instant now) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Void> end(TokenHash cookie) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Optional<ApiKey>> find(String id) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Void> add(ApiKey key, AdminAct act) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Void> revoke(String id, Instant from, AdminAct act) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Void> replace(String id, Instant from, ApiKey with, AdminAct act) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Void> record(AdminAct act) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Void> adopt(List<ApiKey> adopted, List<AdminAct> with) {
            throw new UnsupportedOperationException();
        }
    }

    @BeforeEach
    void registerCodec(Vertx ours) {
        vertx = ours;
        LocalCodec.register(vertx);
    }

    /** The version has been seen by then; the keys have not. */
    @Test
    void look_readingTheKeysFails_readsThemWithTheNextOne() throws Exception {
        deploy();
        store.willRead(Future.failedFuture(new Unavailable("away")));
        store.willRead(Future.succeededFuture(List.of(KEY)));

        store.version = Future.succeededFuture(2L);

        WITHIN.until("the keys are read", () -> !keys.ring().isEmpty());
        assertThat(store.count("keys")).as("at the start, in vain, and again").isEqualTo(3);
    }

    @Test
    void look_sameVersion_readsNothing() throws Exception {
        deploy();

        WITHIN.until("it looks a third time", () -> store.count("version") == 3);

        assertThat(store.count("keys")).isEqualTo(1);
    }

    @Test
    void look_storeHangs_isTheOnlyOne() throws Exception {
        deploy();
        Promise<Long> hangs = Promise.promise();
        store.version = hangs.future();
        WITHIN.until("it looks again", () -> store.count("version") == 2);

        Thread.sleep(TWO_LOOKS.toMillis());

        assertThat(store.count("version")).isEqualTo(2);
        store.version = Future.succeededFuture(1L);
        hangs.fail(new Unavailable("away"));
        WITHIN.until("it looks once more", () -> store.count("version") > 2);
    }

    @Test
    void look_actsWaitForTheLog_goesOn() throws Exception {
        Promise<Appended> stored = Promise.promise();
        Append.ADDRESS.serve(vertx.eventBus(), append -> stored.future());
        store.acts = List.of(AdminEvent.of(ActorType.HUMAN, "keys.create", Instant.EPOCH, Map.of("key_id", "a")));
        deploy();
        WITHIN.until("it looks for acts", () -> store.count("uncaptured") == 1);
        store.willRead(Future.succeededFuture(List.of(KEY)));
        store.version = Future.succeededFuture(2L);

        WITHIN.until("the keys are read", () -> !keys.ring().isEmpty());

        assertThat(store.count("uncaptured")).as("once, while they wait").isEqualTo(1);
        assertThat(store.count("captured")).isZero();
        stored.complete(new Appended(List.of()));
        WITHIN.until("the act is captured", () -> store.count("captured") == 1);
    }

    @Test
    void stop_whileALookIsUnderWay_waitsForIt() throws Exception {
        String deployment = deploy();
        Promise<Long> hangs = Promise.promise();
        store.version = hangs.future();
        WITHIN.until("it looks again", () -> store.count("version") == 2);

        Future<Void> stopped = vertx.undeploy(deployment);
        Thread.sleep(100);
        assertThat(stopped.isComplete()).isFalse();
        hangs.complete(1L);

        stopped.await(20, TimeUnit.SECONDS);
    }

    @Test
    void start_storeFails_fails() {
        store.version = Future.failedFuture(new Unavailable("away"));

        assertThatThrownBy(this::deploy).isInstanceOf(Unavailable.class);
    }

    /** Each request with an invented cookie asks for a look. */
    @Test
    void lookAgain_manyAsk_looksOnceForAllButTheFirst() throws Exception {
        deploy();
        Promise<Long> slow = Promise.promise();
        store.version = slow.future();
        List<Future<Void>> looks = Stream.generate(this::lookAgain).limit(100).toList();
        slow.complete(1L);

        for (Future<Void> look : looks) {
            look.await(20, TimeUnit.SECONDS);
        }
        assertThat(store.count("version"))
                .as("at the start, for the first, for the others, and perhaps a cycle")
                .isBetween(3L, 4L);
    }

    /** The look that is under way may have missed what they ask for. */
    @Test
    void lookAgain_aLookIsUnderWay_waitsForTheNextOne() throws Exception {
        deploy();
        Promise<Long> slow = Promise.promise();
        store.version = slow.future();
        Future<Void> first = lookAgain();
        WITHIN.until("it looks again", () -> store.count("version") == 2);
        Future<Void> second = lookAgain();
        store.willRead(Future.succeededFuture(List.of(KEY)));
        store.version = Future.succeededFuture(2L);

        slow.complete(1L);

        first.await(20, TimeUnit.SECONDS);
        second.await(20, TimeUnit.SECONDS);
        assertThat(keys.ring().isEmpty()).isFalse();
    }

    @Test
    void lookAgain_storeFails_fails() throws Exception {
        deploy();
        store.version = Future.failedFuture(new Unavailable("away"));

        assertThatThrownBy(() -> lookAgain().await(20, TimeUnit.SECONDS)).isInstanceOf(Unavailable.class);
    }

    private Future<Void> lookAgain() {
        return SessionChange.ADDRESS.request(vertx.eventBus(), new SessionChange.LookAgain(), Duration.ofSeconds(20));
    }

    private String deploy() throws Exception {
        return vertx.deployVerticle(new KeysVerticle(
                        store,
                        keys,
                        new EventReader(100, RedactionRules.full(), secret -> {}),
                        new Inbox(vertx.eventBus(), 100),
                        Clock.systemUTC()))
                .await(20, TimeUnit.SECONDS);
    }
}
