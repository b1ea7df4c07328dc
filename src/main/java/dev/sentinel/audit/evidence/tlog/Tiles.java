package dev.sentinel.audit.evidence.tlog;

/** Tiles that are at hand, full and partial. */
@FunctionalInterface
public interface Tiles {

    /**
     * Returns the hashes of a tile, 32 bytes each. There may be more than the tree in question has, because a narrower
     * partial tile is a prefix of a wider one.
     */
    byte[] get(TileId id);
}
