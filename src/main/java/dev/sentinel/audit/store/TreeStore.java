package dev.sentinel.audit.store;

import dev.sentinel.audit.evidence.tlog.Tile;
import dev.sentinel.audit.evidence.tlog.TileId;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.failure.Unavailable;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the Merkle tree of a log: its full tiles, which are never changed, how far it reaches, and the newest
 * checkpoint. Any thread; futures complete on the caller's context and fail with a {@link Failure}. The tree is a
 * function of the log, so it can be built again from a log of which nothing was removed.
 *
 * <p>Several servers may share a store. Then one of them at a time {@linkplain #lead leads}: only it changes the tree.
 * A server that led, and hung, may not know that another one leads by now, so each change is compared with what is
 * stored, and fails with {@link Unavailable} if that is not what the caller expects.
 */
public interface TreeStore {

    /**
     * How far the stored tree reaches.
     *
     * @param size number of leaves; those behind the last full tile are not stored
     * @param root over all of them
     * @param checkpoint the newest signed note; null before the first. It may be of a larger tree, or of another number
     *     of the log. Nobody who reads it may trust it without the key.
     * @param isLed whether a server had the right to change the tree
     * @param beat changes at least every other second while a server leads, and only then
     */
    record Extent(long size, TreeHash root, @Nullable String checkpoint, boolean isLed, long beat) {
        /** Of a tree without leaves. */
        public static final Extent EMPTY = new Extent(0, TreeHash.EMPTY, null, false, 0);
    }

    /** Whether several servers may use the store at the same time. */
    boolean isShared();

    /** How far the tree reaches. */
    Future<Extent> extent();

    /**
     * Takes or keeps the right to change the tree, for some seconds from now on. {@link #grow} keeps it, too.
     *
     * @return the term, a number that is another one after somebody else has led; empty while another server leads
     */
    Future<OptionalLong> lead();

    /** Gives up the right to change the tree, so that another server need not wait. */
    Future<Void> resign();

    /**
     * Adds the tiles that became full between two sizes. Durable when the future completes; all or nothing. Fails with
     * {@link Unavailable} if the stored size is not {@code from}, or another server leads.
     */
    Future<Void> grow(long from, List<Tile> full, long size, TreeHash root);

    /**
     * Replaces the newest checkpoint by one that is newer. Durable when the future completes. Fails with
     * {@link Unavailable} if the stored one is not {@code before}. The caller need not lead: what a key has signed is
     * added by every server that knows it.
     */
    Future<Void> publish(@Nullable String before, String checkpoint);

    /** Those of the tiles that are stored, which are full. */
    Future<Map<TileId, byte[]>> tiles(Collection<TileId> ids);

    /**
     * Forgets the tree, which is then built again, but not the newest checkpoint. Fails with {@link Unavailable} if
     * another server leads.
     */
    Future<Void> clear();

    Future<Void> close();
}
