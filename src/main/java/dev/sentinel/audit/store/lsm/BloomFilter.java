package dev.sentinel.audit.store.lsm;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A Bloom filter of the keys of a segment: about 1 in 90 other keys is taken for one of them. A key has all its bits in
 * one block of 64 bytes, so that asking reads one cache line (Putze, Sanders, Singler: Cache-, hash- and
 * space-efficient Bloom filters, 2007).
 */
final class BloomFilter {
    private static final int BITS_PER_KEY = 10;
    private static final int BLOCK_BYTES = 64;
    private static final int BLOCK_BITS = 8 * BLOCK_BYTES;
    private static final int PROBES = 6;
    private static final int PROBE_BITS = 9;

    private BloomFilter() {}

    /** Collects the hashes of keys. */
    static final class Builder {
        private long[] hashes = new long[64];
        private int count;

        void add(long high, long low) {
            if (count == hashes.length) {
                hashes = Arrays.copyOf(hashes, 2 * count);
            }
            hashes[count] = hash(high, low);
            count++;
        }

        /** The filter as bytes; this object is then empty. */
        byte[] finish() {
            int blocks = Math.max(1, (count * BITS_PER_KEY + BLOCK_BITS - 1) / BLOCK_BITS);
            byte[] bits = new byte[blocks * BLOCK_BYTES];
            for (int key = 0; key < count; key++) {
                int block = block(hashes[key], blocks);
                long probes = probes(hashes[key]);
                for (int i = 0; i < PROBES; i++) {
                    int bit = (int) probes & (BLOCK_BITS - 1);
                    bits[block + (bit >> 3)] |= (byte) (1 << (bit & 7));
                    probes >>>= PROBE_BITS;
                }
            }
            count = 0;
            return bits;
        }
    }

    /** Whether the filter in the rest of this buffer may have the key. Does not change the buffer. */
    static boolean mayContain(ByteBuffer bits, long high, long low) {
        long hash = hash(high, low);
        int block = bits.position() + block(hash, bits.remaining() / BLOCK_BYTES);
        long probes = probes(hash);
        for (int i = 0; i < PROBES; i++) {
            int bit = (int) probes & (BLOCK_BITS - 1);
            if ((bits.get(block + (bit >> 3)) & (1 << (bit & 7))) == 0) {
                return false;
            }
            probes >>>= PROBE_BITS;
        }
        return true;
    }

    private static int block(long hash, int blocks) {
        return (int) (((hash >>> 32) * blocks) >>> 32) * BLOCK_BYTES;
    }

    /** 54 bits that do not depend on those that choose the block. */
    private static long probes(long hash) {
        return SplitMix.mix(hash * SplitMix.GOLDEN);
    }

    private static long hash(long high, long low) {
        return SplitMix.mix(high ^ SplitMix.mix(low + SplitMix.GOLDEN));
    }
}
