package dev.sentinel.audit.store.lsm;

/**
 * Hashes numbers with the finalizer of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators,
 * 2014).
 */
final class SplitMix {
    static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private SplitMix() {}

    static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    /** A hash of these numbers in this order. */
    static long hash(long... values) {
        long hash = 0;
        for (long value : values) {
            hash = mix(hash + value + GOLDEN);
        }
        return hash;
    }
}
