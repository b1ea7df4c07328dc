package dev.sentinel.audit.evidence.verify;

import dev.sentinel.audit.evidence.tlog.Tile;
import dev.sentinel.audit.evidence.tlog.TreeEdge;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Grows a tree leaf by leaf, and keeps its roots at some sizes. Memory for one hash per such size. One thread. */
final class TreeWalk {
    private final TreeEdge edge;
    private final long[] sizes;
    private final Consumer<Tile> full;
    private final Map<Long, TreeHash> roots = new HashMap<>();
    private int next;

    /**
     * Starts a walk.
     *
     * @param edge of the tree so far
     * @param sizes at which the root is wanted, in any order
     * @param full is given each full tile above level 0
     */
    TreeWalk(TreeEdge edge, Collection<Long> sizes, Consumer<Tile> full) {
        this.edge = edge;
        this.sizes = sizes.stream()
                .mapToLong(Long::longValue)
                .filter(size -> size >= edge.size())
                .distinct()
                .sorted()
                .toArray();
        this.full = full;
        keepRoot();
    }

    /** Appends hashes of leaves, which lie side by side at the start of the array. */
    void append(byte[] leaves, int count) {
        for (int at = 0; at < count; ) {
            long stop = next < sizes.length ? sizes[next] : Long.MAX_VALUE;
            int to = at + (int) Math.min(count - at, stop - edge.size());
            edge.append(Arrays.copyOfRange(leaves, at * TreeHash.BYTES, to * TreeHash.BYTES));
            for (Tile tile : edge.takeFull()) {
                if (tile.id().level() > 0) {
                    full.accept(tile);
                }
            }
            at = to;
            keepRoot();
        }
    }

    private void keepRoot() {
        if (next < sizes.length && sizes[next] == edge.size()) {
            roots.put(sizes[next++], edge.root());
        }
    }

    TreeEdge edge() {
        return edge;
    }

    /** Returns the roots of the sizes that were reached. */
    Map<Long, TreeHash> roots() {
        return roots;
    }
}
