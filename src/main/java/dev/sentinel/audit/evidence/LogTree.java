package dev.sentinel.audit.evidence;

import dev.sentinel.audit.event.Leaf;
import dev.sentinel.audit.event.LeafHash;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.evidence.tlog.Proofs;
import dev.sentinel.audit.evidence.tlog.Tile;
import dev.sentinel.audit.evidence.tlog.TileId;
import dev.sentinel.audit.evidence.tlog.TreeEdge;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.store.LeafFeed;
import dev.sentinel.audit.store.LogReader;
import dev.sentinel.audit.store.TreeStore;
import io.vertx.core.Future;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * The tree of the log as it grows: its right edge in memory, its full tiles in the store. Confined to one worker
 * context; one call at a time.
 */
final class LogTree {
    /** Leaves that are added in one commit: 4 MiB of hashes, so that a commit takes milliseconds. */
    private static final int SLICE = 1 << 17;

    /** Events that are read at once, when their hashes are not at hand: some milliseconds of the thread that reads. */
    private static final int READ = 1_000;

    private final LogReader log;
    private final LeafFeed feed;
    private final TreeStore store;
    private final Leaf leaf = new Leaf();
    private TreeEdge edge = new TreeEdge();

    LogTree(LogReader log, LeafFeed feed, TreeStore store) {
        this.log = log;
        this.feed = feed;
        this.store = store;
    }

    long size() {
        return edge.size();
    }

    TreeEdge edge() {
        return edge;
    }

    /**
     * Restores the edge from the store and the log: the hashes of the last tile from its events. Completes with false
     * if they have another root than the stored tree, and the tree is then empty.
     */
    Future<Boolean> restore(long size, TreeHash root) {
        boolean full = size > 0 && size % Tile.WIDTH == 0;
        // The last tile, also if it is full: otherwise a log of other events would pass as this one.
        long tile = full ? size - Tile.WIDTH : size / Tile.WIDTH * Tile.WIDTH;
        return hashes(tile, size)
                .compose(leaves -> store.tiles(edgeTiles(size)).map(tiles -> {
                    if (full && !Arrays.equals(leaves, tiles.get(new TileId(0, tile / Tile.WIDTH)))) {
                        throw new IllegalArgumentException("the last tile is of other events");
                    }
                    Map<TileId, byte[]> partials = new HashMap<>();
                    partials.put(new TileId(0, size / Tile.WIDTH), full ? new byte[0] : leaves);
                    fillUpperLevels(size, tiles, partials);
                    TreeEdge restored = TreeEdge.restore(size, id -> partials.getOrDefault(id, new byte[0]));
                    boolean same = restored.root().equals(root);
                    edge = same ? restored : new TreeEdge();
                    return same;
                }))
                .recover(cause -> cause instanceof IllegalArgumentException
                        ? Future.succeededFuture(false)
                        : Future.failedFuture(cause));
    }

    /** The full tiles whose roots are the hashes of the partial tiles above level 0, and the last one of level 0. */
    private static Set<TileId> edgeTiles(long size) {
        Set<TileId> ids = new LinkedHashSet<>();
        if (size >= Tile.WIDTH) {
            ids.add(new TileId(0, size / Tile.WIDTH - 1));
        }
        long hashes = size / Tile.WIDTH;
        for (int level = 0; hashes > 0; level++) {
            for (long n = hashes / Tile.WIDTH * Tile.WIDTH; n < hashes; n++) {
                ids.add(new TileId(level, n));
            }
            hashes /= Tile.WIDTH;
        }
        return ids;
    }

    private static void fillUpperLevels(long size, Map<TileId, byte[]> tiles, Map<TileId, byte[]> partials) {
        long hashes = size / Tile.WIDTH;
        for (int level = 0; hashes > 0; level++) {
            long first = hashes / Tile.WIDTH * Tile.WIDTH;
            byte[] upper = new byte[(int) (hashes - first) * TreeHash.BYTES];
            for (long n = first; n < hashes; n++) {
                byte[] tile = tiles.get(new TileId(level, n));
                if (tile == null) {
                    throw new IllegalArgumentException("a tile is missing");
                }
                System.arraycopy(rootOf(tile).bytes(), 0, upper, (int) (n - first) * TreeHash.BYTES, TreeHash.BYTES);
            }
            partials.put(new TileId(level + 1, hashes / Tile.WIDTH), upper);
            hashes /= Tile.WIDTH;
        }
    }

    private static TreeHash rootOf(byte[] fullTile) {
        TreeEdge tile = new TreeEdge();
        tile.append(fullTile);
        return tile.root();
    }

    /** The root of the tree at an earlier size, from the stored tiles and the edge. */
    Future<TreeHash> root(long size) {
        if (size == edge.size()) {
            return Future.succeededFuture(edge.root());
        }
        List<TileId> ids = Proofs.rootTiles(size);
        return store.tiles(ids)
                .map(tiles -> Proofs.root(size, id -> {
                    byte[] tile = tiles.get(id);
                    return tile == null ? edge.partial(id.level()) : tile;
                }));
    }

    /** Forgets the tree, here and in the store. */
    Future<Void> clear() {
        edge = new TreeEdge();
        return store.clear();
    }

    /**
     * Adds the next events, at most a slice of those before {@code end}. Durable when it completes; after a failure the
     * tree is as before.
     */
    Future<Void> grow(long end) {
        return next(edge.size(), (int) Math.min(end - edge.size(), SLICE)).compose(leaves -> {
            TreeEdge grown = edge.copy();
            grown.append(leaves);
            return store.grow(edge.size(), grown.takeFull(), grown.size(), grown.root())
                    .onSuccess(done -> edge = grown);
        });
    }

    /**
     * Goes on to the tree of a checkpoint that another server has signed, which is stored: hashes come from its full
     * tiles, and those of the last tile from its events. Completes with false if the stored tree, or the log, is not
     * that of the checkpoint.
     */
    Future<Boolean> follow(long size, TreeHash root) {
        long ahead = size - edge.size();
        if (edge.size() == 0 || ahead < 0 || ahead > SLICE) {
            return restore(size, root);
        }
        List<TileId> ids = LongStream.range(edge.size() / Tile.WIDTH, size / Tile.WIDTH)
                .mapToObj(n -> new TileId(0, n))
                .toList();
        return store.tiles(ids).compose(tiles -> {
            if (tiles.size() < ids.size()) {
                return restore(size, root);
            }
            TreeEdge grown = edge.copy();
            for (TileId id : ids) {
                byte[] tile = Objects.requireNonNull(tiles.get(id));
                int known = (int) (grown.size() % Tile.WIDTH) * TreeHash.BYTES;
                grown.append(Arrays.copyOfRange(tile, known, tile.length));
            }
            grown.takeFull();
            return hashes(grown.size(), size).compose(last -> {
                grown.append(last);
                grown.takeFull();
                if (!grown.root().equals(root)) {
                    return restore(size, root);
                }
                edge = grown;
                return Future.succeededFuture(true);
            });
        });
    }

    /** Hashes from a position on, at least one. */
    private Future<byte[]> next(long from, int limit) {
        byte[] recent = feed.recent(from, limit);
        return recent.length > 0 ? Future.succeededFuture(recent) : read(from, Math.min(limit, READ));
    }

    private Future<byte[]> read(long from, int limit) {
        return log.read(from, limit).map(events -> {
            if (events.isEmpty()) {
                throw new Unavailable("the log has no event at position " + from, null);
            }
            byte[] hashes = new byte[events.size() * LeafHash.BYTES];
            int at = 0;
            for (StoredEvent event : events) {
                if (event.seq() != from + at / LeafHash.BYTES) {
                    throw new Unavailable("the log has no event at position " + (from + at / LeafHash.BYTES), null);
                }
                leaf.hash(event).copyTo(hashes, at);
                at += LeafHash.BYTES;
            }
            return hashes;
        });
    }

    /** The hashes of all events between two positions, from the log itself: at most a tile. */
    private Future<byte[]> hashes(long from, long to) {
        if (from == to) {
            return Future.succeededFuture(new byte[0]);
        }
        return read(from, (int) (to - from))
                .compose(first ->
                        hashes(from + first.length / LeafHash.BYTES, to).map(rest -> joined(first, rest)));
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
