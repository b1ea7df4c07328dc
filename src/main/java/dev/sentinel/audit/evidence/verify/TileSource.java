package dev.sentinel.audit.evidence.verify;

import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.Tile;
import dev.sentinel.audit.evidence.tlog.TileId;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import java.io.IOException;

/** A log as C2SP's tlog-tiles lays it out: files in a directory, or URLs. */
abstract class TileSource {
    /** Reads a resource of at most this many bytes. Throws {@link IOException} if that is not possible. */
    abstract byte[] read(String path, int maxBytes) throws IOException;

    /** Returns the note of the newest checkpoint. */
    byte[] checkpoint() throws IOException {
        return read("checkpoint", SignedNote.MAX_BYTES);
    }

    /** Returns the hashes of a tile, exactly as many as asked for. */
    byte[] tile(TileId id, int width) throws IOException {
        byte[] hashes = read(id.path(width), Tile.BYTES);
        if (hashes.length != width * TreeHash.BYTES) {
            throw new IOException(id.path(width) + " has " + hashes.length + " bytes");
        }
        return hashes;
    }
}
