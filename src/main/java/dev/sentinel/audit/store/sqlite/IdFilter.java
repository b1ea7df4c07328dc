package dev.sentinel.audit.store.sqlite;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;

/**
 * A Bloom filter of the ids of one or more ranges of positions: an id that it does not hold is not among them. Its size
 * does not depend on how many it holds, so that two filters can be merged.
 *
 * <p>An id has all its bits in one block of 64 bytes, so a look-up reads one cache line. With the ids of one range,
 * {@link #RANGE} of ten bits each, about 1 in 90 other ids is taken for one of them; of two ranges 1 in 8.
 *
 * <p>One thread adds. Any thread may ask: it sees at least what was added before the asking thread last synchronized
 * with the adding one, because bits are never removed.
 */
final class IdFilter {
    /** Positions in a range. */
    static final int RANGE = 1 << 20;

    private static final int BITS_PER_ID = 10;
    private static final int BLOCK_LONGS = 8;
    private static final int PROBES = 6;
    private static final int BLOCKS = RANGE / (64 * BLOCK_LONGS) * BITS_PER_ID;
    private static final int LONGS = BLOCKS * BLOCK_LONGS;

    static final int BYTES = LONGS * Long.BYTES;

    private final long[] bits;

    IdFilter() {
        this(new long[LONGS]);
    }

    private IdFilter(long[] bits) {
        this.bits = bits;
    }

    /** @param bytes as {@link #bytes} returned them */
    static IdFilter of(byte[] bytes) {
        long[] bits = new long[LONGS];
        LongBuffer stored = ByteBuffer.wrap(bytes).asLongBuffer();
        stored.get(bits);
        return new IdFilter(bits);
    }

    byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.asLongBuffer().put(bits);
        return bytes.array();
    }

    /** The union of two filters. */
    IdFilter or(IdFilter other) {
        long[] union = bits.clone();
        for (int i = 0; i < union.length; i++) {
            union[i] |= other.bits[i];
        }
        return new IdFilter(union);
    }

    /** @param hash of the id, equally distributed */
    void add(long hash) {
        int block = block(hash);
        long probes = probes(hash);
        for (int i = 0; i < PROBES; i++) {
            bits[block + (int) ((probes >>> 6) & 7)] |= 1L << probes;
            probes >>>= 9;
        }
    }

    /** False only if no id with this hash was added. */
    boolean mayContain(long hash) {
        int block = block(hash);
        long probes = probes(hash);
        for (int i = 0; i < PROBES; i++) {
            if ((bits[block + (int) ((probes >>> 6) & 7)] & (1L << probes)) == 0) {
                return false;
            }
            probes >>>= 9;
        }
        return true;
    }

    /** From the upper half of the hash. */
    private static int block(long hash) {
        return (int) (((hash >>> 32) * BLOCKS) >>> 32) * BLOCK_LONGS;
    }

    /** Nine bits for each probe; they depend on all bits of the hash, so that blocks do not share a pattern. */
    private static long probes(long hash) {
        long mixed = (hash ^ (hash >>> 32)) * 0x9e3779b97f4a7c15L;
        return mixed ^ (mixed >>> 29);
    }
}
