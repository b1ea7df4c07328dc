package dev.sentinel.audit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.store.ViewStore.Outcome;
import dev.sentinel.audit.store.postgres.PostgresVertx;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract of every {@link ViewStore}. A subclass opens real stores. */
@Timeout(60)
public abstract class ViewStoreContract {
    private static final Instant NOW = Instant.parse("2026-11-02T08:05:13.123Z");

    private final Vertx vertx = Vertx.vertx();
    private ViewStore store;

    /** Opens the store of the test: an empty one at the first call, and the same one again at later calls. */
    protected abstract Future<? extends ViewStore> open(Vertx vertx);

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
    void add_anyView_isThereForItsOwnerOnlyAndAfterAnotherStart() {
        SavedView hostile = new SavedView("k1", "2", "it's \"b\" \ud83e\udd16", "/ui/events?query=%27", NOW);
        SavedView plain = view("k1", "1", "a");

        assertThat(store.add(hostile).await()).isEqualTo(Outcome.DONE);
        assertThat(store.add(plain).await()).isEqualTo(Outcome.DONE);
        assertThat(store.add(view("k2", "1", "a")).await()).isEqualTo(Outcome.DONE);

        assertThat(store.of("k1").await()).containsExactly(plain, hostile);
        ViewStore again = open(vertx).await();
        assertThat(again.of("k1").await()).containsExactly(plain, hostile);
        again.close().await();
    }

    @Test
    void add_nameTaken_changesNothing() {
        store.add(view("k1", "1", "a")).await();

        assertThat(store.add(view("k1", "2", "a")).await()).isEqualTo(Outcome.NAME_TAKEN);

        assertThat(store.of("k1").await()).containsExactly(view("k1", "1", "a"));
    }

    @Test
    void add_beyondTheLimit_isRefused() {
        for (int i = 0; i < ViewStore.MAX_VIEWS; i++) {
            store.add(view("k1", "" + i, "name " + i)).await();
        }

        assertThat(store.add(view("k1", "x", "one more")).await()).isEqualTo(Outcome.FULL);
        assertThat(store.add(view("k2", "x", "one more")).await()).isEqualTo(Outcome.DONE);
        assertThat(store.of("k1").await()).hasSize(ViewStore.MAX_VIEWS);
    }

    @Test
    void change_givesAnotherNameAndPath() {
        store.add(view("k1", "1", "a")).await();
        store.add(view("k1", "2", "b")).await();
        SavedView changed = new SavedView("k1", "1", "c", "/ui/runs", NOW);

        assertThat(store.change(changed).await()).isEqualTo(Outcome.DONE);

        assertThat(store.of("k1").await()).containsExactly(view("k1", "2", "b"), changed);
        assertThat(store.change(view("k1", "1", "b")).await()).isEqualTo(Outcome.NAME_TAKEN);
        assertThat(store.change(view("k2", "1", "d")).await()).isEqualTo(Outcome.UNKNOWN);
        assertThat(store.of("k1").await()).containsExactly(view("k1", "2", "b"), changed);
    }

    @Test
    void remove_byAnotherKey_changesNothing() {
        store.add(view("k1", "1", "a")).await();

        assertThat(store.remove("k2", "1").await()).isFalse();
        assertThat(store.of("k1").await()).hasSize(1);
        assertThat(store.remove("k1", "1").await()).isTrue();
        assertThat(store.of("k1").await()).isEmpty();
    }

    @Test
    void inherit_givesTheHeirACopy() {
        store.add(view("k1", "1", "a")).await();

        store.inherit("k1", "k9").await();

        assertThat(store.of("k9").await()).containsExactly(view("k9", "1", "a"));
        assertThat(store.of("k1").await()).hasSize(1);
    }

    @Test
    void adopt_keepsWhatIsHere() {
        store.add(new SavedView("k1", "1", "a", "/ui/runs", NOW)).await();

        store.adopt(List.of(view("k1", "7", "a"), view("k1", "8", "b"))).await();

        assertThat(store.of("k1").await())
                .containsExactly(new SavedView("k1", "1", "a", "/ui/runs", NOW), view("k1", "8", "b"));
    }

    @Test
    void replaceAll_leavesNothingOfBefore() {
        store.add(new SavedView("k1", "1", "a", "/ui/runs", NOW)).await();
        store.add(view("k1", "2", "removed")).await();

        store.replaceAll(List.of(view("k1", "1", "a"))).await();

        assertThat(store.all().await()).containsExactly(view("k1", "1", "a"));
        store.replaceAll(List.of()).await();
        assertThat(store.all().await()).isEmpty();
    }

    private static SavedView view(String owner, String id, String name) {
        return new SavedView(owner, id, name, "/ui/events?query=status%3Aerror", NOW);
    }
}
