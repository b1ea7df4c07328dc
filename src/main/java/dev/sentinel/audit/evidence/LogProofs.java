package dev.sentinel.audit.evidence;

import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.Proofs;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.Tile;
import dev.sentinel.audit.evidence.tlog.TileId;
import dev.sentinel.audit.evidence.tlog.TlogProof;
import dev.sentinel.audit.evidence.tlog.TreeEdge;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.store.TreeStore;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;

/** Computes proofs for what is published, from the stored tiles and the edge. Any thread. */
final class LogProofs {
    private final TreeStore store;

    LogProofs(TreeStore store) {
        this.store = store;
    }

    /**
     * Proves that an event is in the published tree.
     *
     * @param index less than its size
     * @param leaf the event's leaf, which goes with the proof
     */
    Future<TlogProof> proof(Published published, long index, byte[] leaf) {
        return tiles(published, Proofs.inclusionTiles(index, published.size()))
                .map(tiles -> new TlogProof(
                        index,
                        Proofs.inclusion(index, published.size(), tiles::get),
                        Optional.of(leaf),
                        published.note().toString()));
    }

    /** Reads the tiles that prove some events. What is returned computes the proof of one of them, without a leaf. */
    Future<LongFunction<String>> prover(Published published, Collection<Long> indexes) {
        Set<TileId> ids = new HashSet<>();
        indexes.forEach(index -> ids.addAll(Proofs.inclusionTiles(index, published.size())));
        String note = published.note().toString();
        return tiles(published, ids)
                .map(tiles -> index -> new TlogProof(
                                index, Proofs.inclusion(index, published.size(), tiles::get), Optional.empty(), note)
                        .toString());
    }

    /** Proves that the tree of one size is the beginning of that of another, both at most the published one. */
    Future<List<TreeHash>> consistency(Published published, long from, long to) {
        return tiles(published, Proofs.consistencyTiles(from, to))
                .map(tiles -> Proofs.consistency(from, to, tiles::get));
    }

    /**
     * An earlier checkpoint of the same log, with what is needed to serve its tree. Empty if it is not of this tree.
     *
     * @param note of a checkpoint that is not larger than the published one
     */
    Future<Optional<Published>> earlier(Published published, SignedNote note) {
        Checkpoint checkpoint = Checkpoint.parse(note.text());
        List<TileId> partials = new ArrayList<>();
        long hashes = checkpoint.size();
        for (int level = 0; hashes > 0; level++) {
            if (hashes % Tile.WIDTH > 0) {
                partials.add(new TileId(level, hashes / Tile.WIDTH));
            }
            hashes /= Tile.WIDTH;
        }
        return tiles(published, partials).map(tiles -> {
            TreeEdge edge =
                    TreeEdge.restore(checkpoint.size(), id -> Objects.requireNonNull(tiles.get(id), "a missing tile"));
            return edge.root().equals(checkpoint.root())
                    ? Optional.of(Published.of(note, edge, published.signedAt()))
                    : Optional.empty();
        });
    }

    /** The first hashes of a tile; empty if the published tree has fewer. */
    Future<Optional<byte[]>> tile(Published published, TileId id, int width) {
        if (width > id.widthAt(published.size())) {
            return Future.succeededFuture(Optional.empty());
        }
        return tiles(published, List.of(id)).map(tiles -> Optional.ofNullable(tiles.get(id)));
    }

    private Future<Map<TileId, byte[]>> tiles(Published published, Collection<TileId> ids) {
        List<TileId> full = ids.stream()
                .filter(id -> id.widthAt(published.size()) == Tile.WIDTH)
                .toList();
        return store.tiles(full).map(stored -> {
            Map<TileId, byte[]> tiles = new HashMap<>(stored);
            tiles.putAll(published.partials());
            return tiles;
        });
    }
}
