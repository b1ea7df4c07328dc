package dev.sentinel.audit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.evidence.tlog.Tile;
import dev.sentinel.audit.evidence.tlog.TileId;
import dev.sentinel.audit.evidence.tlog.TreeEdge;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.failure.Unavailable;
import io.vertx.core.Future;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of a tree promises. It is empty before each test. */
public abstract class TreeStoreContract {
    private final Random random = new Random(7);
    private final TreeEdge edge = new TreeEdge();

    protected abstract TreeStore store();

    /** Closes the store and opens it again. */
    protected abstract void reopen();

    protected static <T> T await(Future<T> future) {
        return future.timeout(20, TimeUnit.SECONDS).await();
    }

    @BeforeEach
    void lead() {
        assertThat(await(store().lead())).isPresent();
    }

    @Test
    void extent_ofANewStore_isEmpty() {
        TreeStore.Extent extent = await(store().extent());

        assertThat(extent.size()).isZero();
        assertThat(extent.root()).isEqualTo(TreeHash.EMPTY);
        assertThat(extent.checkpoint()).isNull();
    }

    @Test
    void grow_anySizes_keepsTheTilesForEver() {
        grow(255);
        grow(1);
        grow(70_000);
        grow(3);
        reopen();

        TreeStore.Extent extent = await(store().extent());
        assertThat(extent.size()).isEqualTo(70_259);
        assertThat(extent.root()).isEqualTo(edge.root());
        TreeEdge read = new TreeEdge();
        for (long n = 0; n < 274; n++) {
            read.append(tile(0, n));
        }
        read.append(edge.partial(0));
        assertThat(read.root()).isEqualTo(edge.root());
        assertThat(tile(1, 0))
                .isEqualTo(read.takeFull().stream()
                        .filter(tile -> tile.id().equals(new TileId(1, 0)))
                        .findFirst()
                        .orElseThrow()
                        .hashes());
    }

    @Test
    void tiles_thatAreNotStored_areLeftOut() {
        grow(256);

        assertThat(await(store().tiles(List.of(new TileId(0, 0), new TileId(0, 1), new TileId(1, 0)))))
                .containsOnlyKeys(new TileId(0, 0));
        assertThat(await(store().tiles(List.of()))).isEmpty();
    }

    @Test
    void grow_fromAnotherSize_failsAndChangesNothing() {
        grow(300);
        TreeStore.Extent before = await(store().extent());
        TreeEdge other = new TreeEdge();
        other.append(leaves(600));
        List<Tile> full = other.takeFull();

        assertThatThrownBy(() -> await(store().grow(299, full.subList(1, 2), 600, other.root())))
                .isInstanceOf(Unavailable.class);
        assertThat(await(store().extent()).size()).isEqualTo(before.size());
        assertThat(await(store().extent()).root()).isEqualTo(before.root());
        assertThat(await(store().tiles(List.of(new TileId(0, 1))))).isEmpty();
    }

    @Test
    void publish_theNext_isTheNewest() {
        await(store().publish(null, "one"));
        grow(10);
        await(store().publish("one", "two"));
        reopen();

        TreeStore.Extent extent = await(store().extent());
        assertThat(extent.checkpoint()).isEqualTo("two");
        assertThat(extent.size()).isEqualTo(10);
        assertThat(extent.root()).isEqualTo(edge.root());
    }

    @Test
    void publish_afterAnotherOneThanTheStored_failsAndChangesNothing() {
        await(store().publish(null, "one"));
        for (String before : new String[] {null, "two"}) {
            assertThatThrownBy(() -> await(store().publish(before, "three"))).isInstanceOf(Unavailable.class);
        }

        assertThat(await(store().extent()).checkpoint()).isEqualTo("one");
    }

    @Test
    void clear_any_forgetsTheTreeAndNotTheCheckpoint() {
        grow(300);
        await(store().publish(null, "one"));
        await(store().clear());

        TreeStore.Extent extent = await(store().extent());
        assertThat(extent.size()).isZero();
        assertThat(extent.root()).isEqualTo(TreeHash.EMPTY);
        assertThat(extent.checkpoint()).isEqualTo("one");
        assertThat(await(store().tiles(List.of(new TileId(0, 0))))).isEmpty();
    }

    @Test
    void lead_whileNobodyElseHasLed_keepsTheTerm() {
        assertThat(await(store().lead())).isEqualTo(await(store().lead()));
    }

    private byte[] tile(int level, long n) {
        TileId id = new TileId(level, n);
        return await(store().tiles(List.of(id))).get(id);
    }

    /** Adds leaves. */
    protected final void grow(int leaves) {
        long from = edge.size();
        edge.append(leaves(leaves));
        await(store().grow(from, edge.takeFull(), edge.size(), edge.root()));
    }

    private byte[] leaves(int count) {
        byte[] hashes = new byte[count * TreeHash.BYTES];
        random.nextBytes(hashes);
        return hashes;
    }
}
