package dev.sentinel.audit.store;

import dev.sentinel.audit.evidence.tlog.Tile;
import dev.sentinel.audit.evidence.tlog.TileId;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.failure.Failure;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the Merkle tree of a log: its full tiles, which are never changed, and how far it reaches. Any thread; futures
 * complete on the caller's context and fail with a {@link Failure}. The tree is a function of the log, so it can be
 * built again from a log of which nothing was removed.
 */
public interface TreeStore {

    /**
     * How far the stored tree reaches.
     *
     * @param size number of leaves; those behind the last full tile are not stored
     * @param root over all of them
     * @param checkpoint the newest signed note, for those who verify the file, and never trusted; null before the first
     */
    record Extent(long size, TreeHash root, @Nullable String checkpoint) {
        /** Of a tree without leaves. */
        public static final Extent EMPTY = new Extent(0, TreeHash.EMPTY, null);
    }

    /** How far the tree reaches. */
    Future<Extent> extent();

    /**
     * Adds the tiles that became full between two sizes. Durable when the future completes; all or nothing. Fails with
     * {@link dev.sentinel.audit.failure.Unavailable} if the stored size is not {@code from}: somebody else has written.
     */
    Future<Void> grow(long from, List<Tile> full, Extent to);

    /** Those of the tiles that are stored, which are full. */
    Future<Map<TileId, byte[]>> tiles(Collection<TileId> ids);

    /** Forgets the tree, which is then built again. */
    Future<Void> clear();

    Future<Void> close();
}
