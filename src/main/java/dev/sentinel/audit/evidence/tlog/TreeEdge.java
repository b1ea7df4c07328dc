package dev.sentinel.audit.evidence.tlog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * The growing right edge of a tree: the partial tile of each level, at most 255 hashes and 8 KiB a level. A tree is
 * this edge and the full tiles to the left of it, which its owner takes and stores. Not thread-safe.
 */
public final class TreeEdge {
    private static final int BYTES = TreeHash.BYTES;

    private final NodeHasher hasher = new NodeHasher();

    /** For each level the hashes of the partial tile, with room for a full one. What is behind its width is garbage. */
    private final List<byte[]> levels = new ArrayList<>();

    private List<Tile> full = new ArrayList<>();
    private long size;

    /** The edge of a tree without leaves. */
    public TreeEdge() {}

    /**
     * Restores the edge of a tree.
     *
     * @param partials returns the hashes of a partial tile, at least as many as the tree has; is asked once for each
     *     level that has one
     * @throws IllegalArgumentException if a tile has fewer hashes than the tree
     */
    public static TreeEdge restore(long size, Function<TileId, byte[]> partials) {
        if (size < 0) {
            throw new IllegalArgumentException("negative size: " + size);
        }
        TreeEdge edge = new TreeEdge();
        edge.size = size;
        for (int level = 0; hashes(size, level) > 0; level++) {
            byte[] room = edge.level(level);
            int width = edge.width(level);
            if (width > 0) {
                TileId id = new TileId(level, hashes(size, level + 1));
                byte[] hashes = partials.apply(id);
                if (hashes.length < width * BYTES) {
                    throw new IllegalArgumentException(id + " has fewer than " + width + " hashes");
                }
                System.arraycopy(hashes, 0, room, 0, width * BYTES);
            }
        }
        return edge;
    }

    /** Appends the hash of a leaf. */
    public void append(TreeHash leaf) {
        int width = width(0);
        leaf.writeTo(level(0), width * BYTES);
        size++;
        if (width + 1 == Tile.WIDTH) {
            completeTiles();
        }
    }

    /**
     * Appends hashes of leaves, which lie side by side.
     *
     * @throws IllegalArgumentException if the length is not a multiple of 32; nothing is appended
     */
    public void append(byte[] leaves) {
        if (leaves.length % BYTES != 0) {
            throw new IllegalArgumentException("not whole hashes: " + leaves.length + " bytes");
        }
        for (int at = 0; at < leaves.length; ) {
            int width = width(0);
            int bytes = Math.min((Tile.WIDTH - width) * BYTES, leaves.length - at);
            System.arraycopy(leaves, at, level(0), width * BYTES, bytes);
            at += bytes;
            size += bytes / BYTES;
            if (width + bytes / BYTES == Tile.WIDTH) {
                completeTiles();
            }
        }
    }

    /** Moves the full tile of level 0 out of the edge, and its root into level 1, which may then be full as well. */
    private void completeTiles() {
        for (int level = 0; width(level) == 0; level++) {
            long index = hashes(size, level + 1) - 1;
            Tile tile = new Tile(new TileId(level, index), levels.get(level));
            levels.set(level, new byte[Tile.BYTES]);
            full.add(tile);
            int place = (int) (index % Tile.WIDTH);
            hasher.subtree(tile.hashes(), 0, Tile.WIDTH, level(level + 1), place * BYTES);
        }
    }

    /** Returns the tiles that became full since the last call. They stay in memory until they are taken. */
    public List<Tile> takeFull() {
        List<Tile> taken = List.copyOf(full);
        full = new ArrayList<>();
        return taken;
    }

    /** Returns the number of leaves of the tree. */
    public long size() {
        return size;
    }

    /** Computes the root of the tree: at most 255 node hashes a level, which takes about 60 µs a level. */
    public TreeHash root() {
        if (size == 0) {
            return TreeHash.EMPTY;
        }
        byte[] root = new byte[BYTES];
        byte[] left = new byte[BYTES];
        boolean found = false;
        // From right to left over the complete subtrees, which become larger.
        for (int level = 0; level < levels.size(); level++) {
            for (int end = width(level); end > 0; end -= Integer.lowestOneBit(end)) {
                int count = Integer.lowestOneBit(end);
                hasher.subtree(levels.get(level), (end - count) * BYTES, count, left, 0);
                if (found) {
                    hasher.parent(left, 0, root, 0, root, 0);
                } else {
                    System.arraycopy(left, 0, root, 0, BYTES);
                    found = true;
                }
            }
        }
        return TreeHash.of(root);
    }

    /** Returns the hashes of the right-most tile of a level, if it is partial; no bytes if there is no such tile. */
    public byte[] partial(int level) {
        return level < levels.size() ? Arrays.copyOf(levels.get(level), width(level) * BYTES) : new byte[0];
    }

    /** Returns an independent copy, including the tiles that nobody has taken, so that a failed step can be undone. */
    public TreeEdge copy() {
        TreeEdge copy = new TreeEdge();
        levels.forEach(hashes -> copy.levels.add(hashes.clone()));
        copy.full.addAll(full);
        copy.size = size;
        return copy;
    }

    /** Returns the room for a level; the level below has it already. */
    private byte[] level(int level) {
        if (level == levels.size()) {
            levels.add(new byte[Tile.BYTES]);
        }
        return levels.get(level);
    }

    /** Returns the number of hashes in the partial tile of a level. */
    private int width(int level) {
        return (int) (hashes(size, level) % Tile.WIDTH);
    }

    /** Returns the number of hashes that a level of a tree has in all. */
    private static long hashes(long size, int level) {
        int shift = level * Tile.HEIGHT;
        return shift < Long.SIZE ? size >>> shift : 0;
    }
}
