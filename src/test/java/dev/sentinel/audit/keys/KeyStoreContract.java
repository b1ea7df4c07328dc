package dev.sentinel.audit.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.failure.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link KeyStore} must do. A subclass opens real ones. */
public abstract class KeyStoreContract {
    private static final Instant NOW = Instant.parse("2026-11-02T08:05:13Z");

    private KeyStore store;

    /** Opens what the test has for itself: empty for the first time, and the same again. */
    protected abstract KeyStore open();

    @BeforeEach
    void openStore() {
        store = open();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void add_anyKey_isThereAsItWas() {
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

        List.of(plain, full, older).forEach(key -> store.add(key, act()));

        assertThat(store.keys())
                .usingRecursiveFieldByFieldElementComparator()
                .as("oldest first")
                .containsExactly(older, full, plain);
        assertThat(store.find("a")).get().usingRecursiveComparison().isEqualTo(full);
        assertThat(store.find("A")).isEmpty();
        try (KeyStore again = open()) {
            assertThat(again.keys()).hasSize(3);
        }
    }

    @Test
    void revoke_isFromThatTimeOn() {
        store.add(key("a", NOW), act());
        store.add(key("b", NOW), act());

        store.revoke("a", NOW.plusSeconds(60), act());

        assertThat(store.find("a").orElseThrow().revoked()).isEqualTo(NOW.plusSeconds(60));
        assertThat(store.find("b").orElseThrow().revoked()).isNull();
    }

    @Test
    void replace_addsOneAndTakesTheOtherBack() {
        store.add(key("a", NOW), act());

        store.replace("a", NOW.plusSeconds(60), key("b", NOW.plusSeconds(1)), act());

        assertThat(store.find("a").orElseThrow().revoked()).isEqualTo(NOW.plusSeconds(60));
        assertThat(store.find("b").orElseThrow().revoked()).isNull();
        assertThat(store.uncaptured(10)).hasSize(2);
    }

    @Test
    void replace_withAKeyThatIsThere_changesNothing() {
        store.add(key("a", NOW), act());
        store.add(key("b", NOW), act());

        assertThatThrownBy(() -> store.replace("a", NOW, key("b", NOW), act())).isInstanceOf(Failure.class);

        assertThat(store.find("a").orElseThrow().revoked()).isNull();
        assertThat(store.uncaptured(10)).hasSize(2);
        store.revoke("a", NOW, act());
        assertThat(store.find("a").orElseThrow().revoked()).isEqualTo(NOW);
    }

    @Test
    void acts_areKeptInOrderUntilTheyAreCaptured() {
        List<AdminAct> acts = List.of(act(), act(), act(), act());
        store.add(key("a", NOW), acts.get(0));
        store.record(acts.get(1));
        store.revoke("a", NOW, acts.get(2));
        store.record(acts.get(3));

        assertThat(store.uncaptured(3)).isEqualTo(acts.subList(0, 3));
        store.captured(List.of(acts.get(1), acts.get(0)));
        assertThat(store.uncaptured(3)).isEqualTo(acts.subList(2, 4));
        store.captured(List.of());
        store.captured(acts);
        assertThat(store.uncaptured(3)).isEmpty();
    }

    @Test
    void used_remembersWhen() {
        store.add(key("a", NOW), act());
        store.add(key("b", NOW), act());

        store.used(Map.of("a", NOW.plusSeconds(7), "nobody", NOW));
        store.used(Map.of());

        assertThat(store.find("a").orElseThrow().lastUsed()).isEqualTo(NOW.plusSeconds(7));
        assertThat(store.find("b").orElseThrow().lastUsed()).isNull();
    }

    @Test
    void changed_anotherProcessHasWritten_isTrueOnce() {
        try (KeyStore server = open()) {
            assertThat(server.changed()).as("at first").isTrue();
            assertThat(server.changed()).isFalse();

            store.add(key("a", NOW), act());
            assertThat(server.changed()).isTrue();
            assertThat(server.changed()).isFalse();

            store.revoke("a", NOW, act());
            assertThat(server.changed()).isTrue();
            assertThat(server.changed()).isFalse();
        }
    }

    @Test
    void close_endsSoon() {
        KeyStore other = open();
        other.keys();
        long started = System.nanoTime();

        other.close();

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
