package dev.sentinel.audit.evidence.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Proofs agree with their recursive definitions, pass the check, and no longer do so after any change. */
class ProofsTest {
    private static final long LARGEST = 70_300;

    private static final ReferenceTree REFERENCE = new ReferenceTree();
    private static final GrowingTree TREE = new GrowingTree();

    private final Random random = new Random(9162);

    /** One tree is enough: proofs for all earlier sizes come from its tiles. */
    @BeforeAll
    static void grow() {
        TREE.growTo(LARGEST);
    }

    @Test
    void root_everyEarlierSize_agreesWithDefinition() {
        for (long size : sizes()) {
            assertThat(Proofs.root(size, only(Proofs.rootTiles(size))))
                    .as("size %d", size)
                    .isEqualTo(REFERENCE.root(0, size));
        }
    }

    @Test
    void inclusion_anyLeafAndSize_agreesWithDefinition() {
        for (long size : sizes()) {
            for (long index : indexes(size)) {
                List<TreeHash> proof = Proofs.inclusion(index, size, only(Proofs.inclusionTiles(index, size)));

                assertThat(proof).as("%d of %d", index, size).isEqualTo(REFERENCE.path(index, 0, size));
                assertThat(ProofCheck.inclusion(ReferenceTree.leaf(index), index, size, proof, REFERENCE.root(0, size)))
                        .as("%d of %d", index, size)
                        .isTrue();
            }
        }
    }

    @Test
    void inclusion_changedProof_isRefused() {
        for (long size : sizes()) {
            for (long index : indexes(size).headSet(3L, true)) {
                assertChangesRefused(index, size);
            }
            if (size > 0) {
                assertChangesRefused(size - 1, size);
                assertChangesRefused(random.nextLong(size), size);
            }
        }
    }

    private void assertChangesRefused(long index, long size) {
        TreeHash leaf = ReferenceTree.leaf(index);
        TreeHash root = REFERENCE.root(0, size);
        List<TreeHash> proof = REFERENCE.path(index, 0, size);
        for (List<TreeHash> changed : changes(proof)) {
            assertThat(ProofCheck.inclusion(leaf, index, size, changed, root))
                    .as("%d of %d", index, size)
                    .isFalse();
        }
        assertThat(ProofCheck.inclusion(flipBit(leaf), index, size, proof, root))
                .isFalse();
        assertThat(ProofCheck.inclusion(leaf, index, size, proof, flipBit(root)))
                .isFalse();
        for (long other : indexes(size)) {
            if (other != index) {
                assertThat(ProofCheck.inclusion(leaf, other, size, proof, root)).isFalse();
            }
        }
        for (long other : new long[] {-1, size, size + 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThat(ProofCheck.inclusion(leaf, other, size, proof, root)).isFalse();
        }
        for (long other : new long[] {0, -1, size / 2, size - 1, size + 1, 2 * size, 2 * size + 1, Long.MAX_VALUE}) {
            // The size is not part of what is hashed, so some proofs fit two of them.
            if (other <= index || pathLength(index, other) != proof.size()) {
                assertThat(ProofCheck.inclusion(leaf, index, other, proof, root))
                        .as("%d of %d, as of %d", index, size, other)
                        .isFalse();
            }
        }
    }

    @Test
    void consistency_anySizes_agreesWithDefinition() {
        for (long to : sizes()) {
            for (long from : indexes(to)) {
                List<TreeHash> proof = Proofs.consistency(from, to, only(Proofs.consistencyTiles(from, to)));

                assertThat(proof).as("%d to %d", from, to).isEqualTo(from == 0 ? List.of() : REFERENCE.proof(from, to));
                assertThat(ProofCheck.consistency(from, to, proof, REFERENCE.root(0, from), REFERENCE.root(0, to)))
                        .as("%d to %d", from, to)
                        .isTrue();
            }
            assertThat(Proofs.consistency(to, to, only(List.of()))).isEmpty();
            assertThat(ProofCheck.consistency(to, to, List.of(), REFERENCE.root(0, to), REFERENCE.root(0, to)))
                    .isTrue();
        }
    }

    @Test
    void consistency_changedProof_isRefused() {
        for (long to : sizes()) {
            NavigableSet<Long> smaller = indexes(to);
            if (to > 70) {
                smaller.removeIf(from -> from > 9 && from < to - 2 && from % 3 != 0);
            }
            for (long from : smaller) {
                TreeHash fromRoot = REFERENCE.root(0, from);
                TreeHash toRoot = REFERENCE.root(0, to);
                List<TreeHash> proof = from == 0 ? List.of() : REFERENCE.proof(from, to);
                for (List<TreeHash> changed : changes(proof)) {
                    assertThat(ProofCheck.consistency(from, to, changed, fromRoot, toRoot))
                            .as("%d to %d", from, to)
                            .isFalse();
                }
                assertThat(ProofCheck.consistency(from, to, proof, flipBit(fromRoot), toRoot))
                        .isFalse();
                if (from > 0) {
                    assertThat(ProofCheck.consistency(from, to, proof, fromRoot, flipBit(toRoot)))
                            .isFalse();
                    assertThat(ProofCheck.consistency(from, to, proof, toRoot, fromRoot))
                            .isFalse();
                    assertThat(ProofCheck.consistency(to, to, proof, fromRoot, toRoot))
                            .isFalse();
                }
                assertThat(ProofCheck.consistency(to, from, proof, toRoot, fromRoot))
                        .isFalse();
                assertThat(ProofCheck.consistency(-from - 1, to, proof, fromRoot, toRoot))
                        .isFalse();
                for (long other : new long[] {to - 1, to + 1, 2 * to, 2 * to + 1, Long.MAX_VALUE}) {
                    // As above, some proofs fit two sizes.
                    if (other > from && Node.ofConsistency(from, other).size() != proof.size()) {
                        assertThat(ProofCheck.consistency(from, other, proof, fromRoot, toRoot))
                                .as("%d to %d, as to %d", from, to, other)
                                .isFalse();
                    }
                }
            }
        }
    }

    /** Two histories of equal length: the fork that consistency proofs are there to expose. */
    @Test
    void consistency_otherHistory_isRefused() {
        TreeEdge fork = new TreeEdge();
        fork.append(ReferenceTree.leaves(0, 100));
        fork.append(ReferenceTree.leaf(7_777));

        List<TreeHash> proof = Proofs.consistency(101, 200, TREE);

        assertThat(ProofCheck.consistency(101, 200, proof, fork.root(), REFERENCE.root(0, 200)))
                .isFalse();
        assertThat(ProofCheck.consistency(101, 101, List.of(), fork.root(), REFERENCE.root(0, 101)))
                .isFalse();
    }

    @Test
    void inclusionTiles_largeTree_areFew() {
        long size = 20_000_000;

        assertThat(Proofs.inclusionTiles(10_000_000, size)).hasSizeLessThanOrEqualTo(8);
        assertThat(Proofs.consistencyTiles(10_000_001, size)).hasSizeLessThanOrEqualTo(8);
        assertThat(Proofs.rootTiles(size)).hasSizeLessThanOrEqualTo(4);
        assertThat(Proofs.inclusionTiles(Long.MAX_VALUE - 1, Long.MAX_VALUE)).isNotEmpty();
        assertThat(Proofs.consistencyTiles(1, Long.MAX_VALUE)).isNotEmpty();
    }

    @Test
    void anything_impossibleSizes_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Proofs.inclusionTiles(5, 5));
        assertThatIllegalArgumentException().isThrownBy(() -> Proofs.inclusionTiles(-1, 5));
        assertThatIllegalArgumentException().isThrownBy(() -> Proofs.inclusion(0, 0, TREE));
        assertThatIllegalArgumentException().isThrownBy(() -> Proofs.consistencyTiles(6, 5));
        assertThatIllegalArgumentException().isThrownBy(() -> Proofs.consistency(-1, 5, TREE));
        assertThatIllegalArgumentException().isThrownBy(() -> Proofs.rootTiles(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Proofs.root(5, id -> new byte[4 * 32]))
                .withMessageContaining("160 are needed");
    }

    /** Every change that an attacker may try: a bit of each hash, one less, one more, another order. */
    private List<List<TreeHash>> changes(List<TreeHash> proof) {
        List<List<TreeHash>> changes = new ArrayList<>();
        for (int i = 0; i < proof.size(); i++) {
            List<TreeHash> flipped = new ArrayList<>(proof);
            flipped.set(i, flipBit(proof.get(i)));
            changes.add(flipped);
            List<TreeHash> shorter = new ArrayList<>(proof);
            shorter.remove(i);
            changes.add(shorter);
            List<TreeHash> doubled = new ArrayList<>(proof);
            doubled.add(i, proof.get(i));
            changes.add(doubled);
            if (i > 0) {
                List<TreeHash> swapped = new ArrayList<>(proof);
                swapped.set(i, swapped.set(i - 1, swapped.get(i)));
                changes.add(swapped);
            }
        }
        List<TreeHash> longer = new ArrayList<>(proof);
        longer.add(TreeHash.EMPTY);
        changes.add(longer);
        return changes;
    }

    private TreeHash flipBit(TreeHash hash) {
        byte[] bytes = hash.bytes();
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        return TreeHash.of(bytes);
    }

    /** By the recursive definition, without hashing. */
    private static int pathLength(long index, long size) {
        int length = 0;
        long m = index;
        for (long n = size; n > 1; length++) {
            long k = Long.highestOneBit(n - 1);
            n = m < k ? k : n - k;
            m = m < k ? m : m - k;
        }
        return length;
    }

    private Set<Long> sizes() {
        Set<Long> sizes = new TreeSet<>(Set.of(65_535L, 65_536L, 65_537L, 70_000L, LARGEST));
        for (long size = 0; size <= 600; size++) {
            sizes.add(size);
        }
        for (int i = 0; i < 10; i++) {
            sizes.add(random.nextLong(LARGEST));
        }
        return sizes;
    }

    /** All numbers below a small size, and some below a large one. */
    private NavigableSet<Long> indexes(long size) {
        NavigableSet<Long> indexes = new TreeSet<>();
        if (size <= 70) {
            for (long i = 0; i < size; i++) {
                indexes.add(i);
            }
            return indexes;
        }
        indexes.addAll(List.of(0L, 1L, 2L, size / 2, size - 2, size - 1, size & ~255, Long.highestOneBit(size - 1)));
        for (int i = 0; i < 3; i++) {
            indexes.add(random.nextLong(size));
        }
        indexes.removeIf(index -> index >= size);
        return indexes;
    }

    /** Refuses tiles that the first step did not name. */
    private static Tiles only(List<TileId> ids) {
        Set<TileId> allowed = new HashSet<>(ids);
        assertThat(allowed).hasSameSizeAs(ids);
        return id -> {
            if (!allowed.contains(id)) {
                throw new AssertionError("not asked for: " + id);
            }
            return TREE.get(id);
        };
    }
}
