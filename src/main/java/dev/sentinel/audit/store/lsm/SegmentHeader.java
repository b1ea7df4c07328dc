package dev.sentinel.audit.store.lsm;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * What is known of a segment without reading its blocks: the fences, which are the first entries of the blocks, and
 * perhaps a filter of the keys. As a blob: {@link Checksum}, the fences of 32 bytes, {@link BloomFilter}. Immutable.
 */
final class SegmentHeader {
    private static final int FENCE_BYTES = 4 * Long.BYTES;

    /** Most headers are those of small runs, which are soon merged but stay in {@link LsmCache}. */
    private static final int OBJECT_BYTES = 300;

    private final ByteBuffer fences;
    private final ByteBuffer filter;
    private final int blocks;

    SegmentHeader(byte[] blob, int blocks) {
        int filterAt = Checksum.BYTES + blocks * FENCE_BYTES;
        if (blob.length < filterAt) {
            throw new LsmDamage("header of " + blob.length + " bytes for " + blocks + " blocks");
        }
        this.blocks = blocks;
        this.fences =
                ByteBuffer.wrap(blob, Checksum.BYTES, blocks * FENCE_BYTES).slice();
        this.filter = ByteBuffer.wrap(blob, filterAt, blob.length - filterAt).slice();
    }

    /** The blob, but for its checksum. */
    static byte[] blob(List<Place> fences, byte[] filter) {
        ByteBuffer blob = ByteBuffer.allocate(Checksum.BYTES + fences.size() * FENCE_BYTES + filter.length);
        blob.position(Checksum.BYTES);
        for (Place fence : fences) {
            blob.putLong(fence.high())
                    .putLong(fence.low())
                    .putLong(fence.time())
                    .putLong(fence.seq());
        }
        return blob.put(filter).array();
    }

    /** About as much memory as this and its entry in a map need. */
    int bytes() {
        return fences.capacity() + filter.capacity() + OBJECT_BYTES;
    }

    /** False if the segment has no entry with this key. */
    boolean mayContain(Key key) {
        return !filter.hasRemaining() || BloomFilter.mayContain(filter, key.high(), key.low());
    }

    boolean hasKey(int block, Key key) {
        int at = block * FENCE_BYTES;
        return fences.getLong(at) == key.high() && fences.getLong(at + Long.BYTES) == key.low();
    }

    /** The last block that begins at or before a place; -1 if there is none. */
    int lastBlockAt(Place place) {
        int from = 0;
        int to = blocks;
        while (from < to) {
            int middle = (from + to) >>> 1;
            int at = middle * FENCE_BYTES;
            int order = Entry.compare(
                    fences.getLong(at),
                    fences.getLong(at + 8),
                    fences.getLong(at + 16),
                    fences.getLong(at + 24),
                    place.high(),
                    place.low(),
                    place.time(),
                    place.seq());
            if (order <= 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from - 1;
    }
}
