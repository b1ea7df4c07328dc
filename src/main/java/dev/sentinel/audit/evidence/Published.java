package dev.sentinel.audit.evidence;

import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.Tile;
import dev.sentinel.audit.evidence.tlog.TileId;
import dev.sentinel.audit.evidence.tlog.TreeEdge;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * The newest checkpoint and what is needed to serve its tree beside the stored tiles.
 *
 * @param note the checkpoint as it is served
 * @param partials the right-most tile of each level, if it is partial; must not be changed
 * @param signedAt by the server's clock
 */
record Published(SignedNote note, Checkpoint checkpoint, Map<TileId, byte[]> partials, Instant signedAt) {

    static Published of(SignedNote note, TreeEdge edge, Instant signedAt) {
        Map<TileId, byte[]> partials = new HashMap<>();
        long hashes = edge.size();
        for (int level = 0; hashes > 0; level++) {
            byte[] partial = edge.partial(level);
            if (partial.length > 0) {
                partials.put(new TileId(level, hashes / Tile.WIDTH), partial);
            }
            hashes /= Tile.WIDTH;
        }
        return new Published(note, Checkpoint.parse(note.text()), Map.copyOf(partials), signedAt);
    }

    /** The same tree under a note with more signatures. */
    Published with(SignedNote signed) {
        return new Published(signed, checkpoint, partials, signedAt);
    }

    long size() {
        return checkpoint.size();
    }

    TreeHash root() {
        return checkpoint.root();
    }
}
