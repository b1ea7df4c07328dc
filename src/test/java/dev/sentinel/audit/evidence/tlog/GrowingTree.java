package dev.sentinel.audit.evidence.tlog;

import java.util.HashMap;
import java.util.Map;

/** A tree with the leaves of {@link ReferenceTree}: its edge, and a map of its full tiles, as a store has them. */
final class GrowingTree implements Tiles {
    final Map<TileId, byte[]> full = new HashMap<>();
    TreeEdge edge = new TreeEdge();

    static GrowingTree of(long size) {
        GrowingTree tree = new GrowingTree();
        tree.growTo(size);
        return tree;
    }

    void growTo(long size) {
        edge.append(ReferenceTree.leaves(edge.size(), size));
        for (Tile tile : edge.takeFull()) {
            if (full.put(tile.id(), tile.hashes()) != null) {
                throw new AssertionError("a tile became full twice: " + tile.id());
            }
        }
    }

    @Override
    public byte[] get(TileId id) {
        byte[] hashes = full.get(id);
        if (hashes != null) {
            return hashes;
        }
        if (id.index() != edge.size() >>> (8 * (id.level() + 1))) {
            throw new AssertionError("no such tile: " + id);
        }
        return edge.partial(id.level());
    }
}
