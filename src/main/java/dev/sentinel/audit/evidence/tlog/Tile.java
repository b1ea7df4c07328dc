package dev.sentinel.audit.evidence.tlog;

/** A full tile. It never changes. */
public final class Tile {
    /** The number of hashes in a full tile. */
    public static final int WIDTH = 256;

    /** The length of a full tile in bytes. */
    public static final int BYTES = WIDTH * TreeHash.BYTES;

    /** The levels of the tree that one level of tiles spans: 2^8 = 256. */
    static final int HEIGHT = 8;

    private final TileId id;
    private final byte[] hashes;

    /**
     * A tile with these hashes, which are not copied.
     *
     * @throws IllegalArgumentException if the tile is not full
     */
    public Tile(TileId id, byte[] hashes) {
        if (hashes.length != BYTES) {
            throw new IllegalArgumentException("not a full tile: " + hashes.length + " bytes");
        }
        this.id = id;
        this.hashes = hashes;
    }

    /** Returns the place of the tile in its tree. */
    public TileId id() {
        return id;
    }

    /** Returns the 8,192 bytes, not a copy. Nobody may change them. */
    public byte[] hashes() {
        return hashes;
    }

    @Override
    public String toString() {
        return "Tile[" + id + "]";
    }
}
