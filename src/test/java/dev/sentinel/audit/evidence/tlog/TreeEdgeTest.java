package dev.sentinel.audit.evidence.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TreeEdgeTest {
    private final ReferenceTree reference = new ReferenceTree();

    @Test
    void root_everySizeTo600_agreesWithDefinition() {
        GrowingTree tree = new GrowingTree();

        for (long size = 0; size <= 600; size++) {
            tree.growTo(size);
            assertThat(tree.edge.size()).isEqualTo(size);
            assertThat(tree.edge.root()).as("size %d", size).isEqualTo(reference.root(0, size));
            assertTiles(tree, size);
        }
    }

    @Test
    void root_largeSizes_agreesWithDefinition() {
        GrowingTree tree = new GrowingTree();
        Random random = new Random(6962);
        List<Long> sizes = new ArrayList<>(List.of(65_535L, 65_536L, 65_537L, 70_000L));
        for (int i = 0; i < 20; i++) {
            sizes.add(600L + random.nextInt(80_000));
        }
        sizes.sort(null);

        for (long size : sizes) {
            tree.growTo(size);
            assertThat(tree.edge.root()).as("size %d", size).isEqualTo(reference.root(0, size));
        }
        assertTiles(tree, tree.edge.size());
    }

    @Test
    void takeFull_size70000_returnsTilesOfThreeLevels() {
        GrowingTree tree = GrowingTree.of(70_000);

        assertThat(tree.full.keySet().stream().filter(id -> id.level() == 0)).hasSize(273);
        assertThat(tree.full.keySet().stream().filter(id -> id.level() == 1)).hasSize(1);
        assertThat(tree.full).hasSize(274);
        assertThat(tree.edge.partial(0)).hasSize(112 * 32);
        assertThat(tree.edge.partial(1)).hasSize(17 * 32);
        assertThat(tree.edge.partial(2)).hasSize(32);
        assertThat(tree.edge.partial(3)).isEmpty();
        assertTiles(tree, 70_000);
    }

    private static void assertSameTiles(List<Tile> actual, List<Tile> expected) {
        assertThat(actual)
                .extracting(Tile::id)
                .isEqualTo(expected.stream().map(Tile::id).toList());
        for (int i = 0; i < actual.size(); i++) {
            assertThat(Arrays.equals(actual.get(i).hashes(), expected.get(i).hashes()))
                    .as("%s", actual.get(i))
                    .isTrue();
        }
    }

    private void assertTiles(GrowingTree tree, long size) {
        for (int level = 0; level < 4; level++) {
            long tiles = size >>> (8 * (level + 1));
            for (long index = 0; index <= tiles; index++) {
                TileId id = new TileId(level, index);
                int width = id.widthAt(size);
                assertThat(width).isEqualTo(index < tiles ? 256 : (int) ((size >>> (8 * level)) % 256));
                // Tiles that were full before have been checked before, but for large trees only the last time.
                if (size > 600 || index == tiles || size % 256 == 0) {
                    assertThat(Arrays.equals(tree.get(id), reference.tile(id, width)))
                            .as("%s at size %d", id, size)
                            .isTrue();
                }
            }
            assertThat(new TileId(level, tiles + 1).widthAt(size)).isZero();
        }
    }

    @Test
    void append_oneByOne_equalsAppendOfMany() {
        TreeEdge one = new TreeEdge();
        TreeEdge many = new TreeEdge();
        Random random = new Random(1);

        while (many.size() < 3_000) {
            long to = many.size() + random.nextInt(700);
            many.append(ReferenceTree.leaves(many.size(), to));
            while (one.size() < to) {
                one.append(ReferenceTree.leaf(one.size()));
            }
            assertThat(many.root()).isEqualTo(one.root());
        }

        assertSameTiles(many.takeFull(), one.takeFull());
    }

    @Test
    void append_partOfAHash_changesNothing() {
        TreeEdge edge = new TreeEdge();

        assertThatIllegalArgumentException().isThrownBy(() -> edge.append(new byte[33]));

        assertThat(edge.size()).isZero();
        assertThat(edge.root()).isEqualTo(TreeHash.EMPTY);
    }

    @Test
    void restore_everySize_equalsContinuing() {
        GrowingTree tree = new GrowingTree();
        List<Long> sizes = new ArrayList<>(List.of(65_535L, 65_536L, 65_537L, 70_000L));
        for (long size = 0; size <= 600; size++) {
            sizes.add(size);
        }
        sizes.sort(null);

        for (long size : sizes) {
            tree.growTo(size);
            List<TileId> asked = new ArrayList<>();
            TreeEdge restored = TreeEdge.restore(size, id -> {
                asked.add(id);
                // A store may have a later, wider one.
                return Arrays.copyOf(tree.get(id), Tile.BYTES);
            });
            assertThat(asked).allSatisfy(id -> assertThat(id.widthAt(size)).isBetween(1, 255));
            assertThat(restored.root()).as("size %d", size).isEqualTo(tree.edge.root());

            TreeEdge continued = tree.edge.copy();
            byte[] more = ReferenceTree.leaves(size, size + 300);
            restored.append(more);
            continued.append(more);
            assertThat(restored.root()).isEqualTo(continued.root()).isEqualTo(reference.root(0, size + 300));
            assertSameTiles(restored.takeFull(), continued.takeFull());
            for (int level = 0; level < 3; level++) {
                assertThat(restored.partial(level)).isEqualTo(continued.partial(level));
            }
        }
    }

    @Test
    void restore_tileTooNarrow_isRefused() {
        GrowingTree tree = GrowingTree.of(300);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> TreeEdge.restore(301, tree::get))
                .withMessageContaining("fewer than 45");
        assertThatIllegalArgumentException().isThrownBy(() -> TreeEdge.restore(-1, tree::get));
    }

    @Test
    void copy_bothGoOnDifferently_areIndependent() {
        TreeEdge edge = new TreeEdge();
        edge.append(ReferenceTree.leaves(0, 300));

        TreeEdge copy = edge.copy();
        edge.append(ReferenceTree.leaves(1_300, 1_600));
        edge.takeFull();
        TreeHash other = edge.root();

        assertThat(copy.size()).isEqualTo(300);
        assertThat(copy.root()).isEqualTo(reference.root(0, 300));
        assertThat(copy.takeFull()).extracting(Tile::id).containsExactly(new TileId(0, 0));
        copy.append(ReferenceTree.leaves(300, 600));
        assertThat(copy.root()).isEqualTo(reference.root(0, 600));
        assertThat(edge.root()).isEqualTo(other);
    }
}
