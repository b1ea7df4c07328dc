package dev.sentinel.audit.evidence.tlog;

/**
 * A complete subtree: a node over {@code 2^height} leaves, which never changes.
 *
 * @param height 0, a leaf, to 62
 * @param index from the left among the complete subtrees of this height
 */
record Subtree(int height, long index) {

    /** The tile that has the hashes under this node, or the hash of the node itself. */
    TileId tile() {
        return new TileId(height / Tile.HEIGHT, firstHash() / Tile.WIDTH);
    }

    /** Where its hashes begin in the tile. */
    int place() {
        return (int) (firstHash() % Tile.WIDTH);
    }

    /** How many hashes of the tile are under this node: a power of two, at most 128. */
    int width() {
        return 1 << height % Tile.HEIGHT;
    }

    private long firstHash() {
        return index << height % Tile.HEIGHT;
    }
}
