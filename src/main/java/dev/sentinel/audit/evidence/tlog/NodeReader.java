package dev.sentinel.audit.evidence.tlog;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Computes the hashes of nodes from tiles. Asks for each tile once. One thread. */
final class NodeReader {
    private final NodeHasher hasher = new NodeHasher();
    private final Map<TileId, byte[]> read = new HashMap<>();
    private final Tiles tiles;

    NodeReader(Tiles tiles) {
        this.tiles = tiles;
    }

    TreeHash hash(Node node) {
        List<Subtree> subtrees = node.subtrees();
        byte[] hash = new byte[TreeHash.BYTES];
        byte[] left = new byte[TreeHash.BYTES];
        for (int i = subtrees.size() - 1; i >= 0; i--) {
            if (i == subtrees.size() - 1) {
                read(subtrees.get(i), hash);
            } else {
                read(subtrees.get(i), left);
                hasher.parent(left, 0, hash, 0, hash, 0);
            }
        }
        return TreeHash.of(hash);
    }

    private void read(Subtree subtree, byte[] target) {
        TileId id = subtree.tile();
        byte[] hashes = read.computeIfAbsent(id, tiles::get);
        int end = (subtree.place() + subtree.width()) * TreeHash.BYTES;
        if (hashes.length < end) {
            throw new IllegalArgumentException(id + " has " + hashes.length + " bytes, and " + end + " are needed");
        }
        hasher.subtree(hashes, subtree.place() * TreeHash.BYTES, subtree.width(), target, 0);
    }
}
