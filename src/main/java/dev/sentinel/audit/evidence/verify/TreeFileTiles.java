package dev.sentinel.audit.evidence.verify;

import dev.sentinel.audit.evidence.tlog.Tile;
import dev.sentinel.audit.evidence.tlog.TileId;
import dev.sentinel.audit.evidence.tlog.TreeEdge;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.store.sqlite.SqliteTreeFile;
import java.util.Arrays;
import java.util.Optional;

/** The tiles of a tree file, and the partial tiles above level 0 that follow from them. One thread. */
final class TreeFileTiles {
    private final SqliteTreeFile file;

    TreeFileTiles(SqliteTreeFile file) {
        this.file = file;
    }

    /** The hashes of a full tile; empty if it is not stored. */
    Optional<byte[]> full(int level, long n) {
        return file.tile(level, n);
    }

    /**
     * Restores the edge of the tree of this size.
     *
     * @param size a multiple of 256
     * @throws MissingTileException if the file does not have the tiles for it
     */
    TreeEdge edge(long size) throws MissingTileException {
        try {
            return TreeEdge.restore(size, this::partial);
        } catch (MissingTile e) {
            throw new MissingTileException(e.id);
        }
    }

    /** The roots of the full tiles below a partial one. */
    private byte[] partial(TileId id) {
        byte[] hashes = new byte[Tile.BYTES];
        int width = 0;
        while (width < Tile.WIDTH) {
            Optional<byte[]> child = full(id.level() - 1, id.index() * Tile.WIDTH + width);
            if (child.isEmpty()) {
                break;
            }
            if (child.get().length != Tile.BYTES) {
                throw new MissingTile(new TileId(id.level() - 1, id.index() * Tile.WIDTH + width));
            }
            TreeEdge subtree = new TreeEdge();
            subtree.append(child.get());
            System.arraycopy(subtree.root().bytes(), 0, hashes, width++ * TreeHash.BYTES, TreeHash.BYTES);
        }
        return Arrays.copyOf(hashes, width * TreeHash.BYTES);
    }

    /** Inside a function that cannot throw a checked exception. */
    private static final class MissingTile extends RuntimeException {
        private final transient TileId id;

        private MissingTile(TileId id) {
            this.id = id;
        }
    }

    /** A tile is not in the file, or not whole. */
    static final class MissingTileException extends Exception {
        private MissingTileException(TileId id) {
            super("the tree file has no whole tile " + id.index() + " of level " + id.level());
        }
    }
}
