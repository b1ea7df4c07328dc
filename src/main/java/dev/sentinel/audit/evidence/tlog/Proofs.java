package dev.sentinel.audit.evidence.tlog;

import java.util.List;

/**
 * Computes roots and proofs (RFC 6962, section 2.1) from tiles, for any earlier size of a tree too. It takes two steps,
 * because stores are asynchronous: one method says which tiles are needed, the other computes from them. A proof needs
 * at most two tiles for each level of tiles.
 *
 * <p>All methods throw {@link IllegalArgumentException} if the sizes or the index do not fit together, and the second
 * step also if a tile has fewer hashes than the tree.
 */
public final class Proofs {
    private Proofs() {}

    /** Returns the tiles for {@link #inclusion}. */
    public static List<TileId> inclusionTiles(long index, long size) {
        return tiles(Node.ofInclusion(index, size));
    }

    /** Proves that a leaf is in the tree of this size: the siblings from the leaf to the root. */
    public static List<TreeHash> inclusion(long index, long size, Tiles tiles) {
        return hashes(Node.ofInclusion(index, size), tiles);
    }

    /** Returns the tiles for {@link #consistency}. */
    public static List<TileId> consistencyTiles(long from, long to) {
        return tiles(Node.ofConsistency(from, to));
    }

    /**
     * Proves that the tree of one size is the beginning of the tree of another. The proof is empty if the sizes are
     * equal or the first one is 0.
     */
    public static List<TreeHash> consistency(long from, long to, Tiles tiles) {
        return hashes(Node.ofConsistency(from, to), tiles);
    }

    /** Returns the tiles for {@link #root}. */
    public static List<TileId> rootTiles(long size) {
        return tiles(List.of(whole(size)));
    }

    /** Computes the root of the tree of this size. */
    public static TreeHash root(long size, Tiles tiles) {
        return size == 0 ? TreeHash.EMPTY : new NodeReader(tiles).hash(whole(size));
    }

    private static Node whole(long size) {
        if (size < 0) {
            throw new IllegalArgumentException("negative size: " + size);
        }
        return new Node(0, size);
    }

    private static List<TileId> tiles(List<Node> nodes) {
        return nodes.stream()
                .flatMap(node -> node.subtrees().stream())
                .map(Subtree::tile)
                .distinct()
                .toList();
    }

    private static List<TreeHash> hashes(List<Node> nodes, Tiles tiles) {
        NodeReader reader = new NodeReader(tiles);
        return nodes.stream().map(reader::hash).toList();
    }
}
