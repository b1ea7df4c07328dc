package dev.sentinel.audit.store.lsm;

/**
 * A part of a run that was written at once: blocks with consecutive ids, and behind them a {@link SegmentHeader}. The
 * segments of a run follow each other in its order.
 *
 * @param firstBlock the id of the first block
 * @param blocks their number, at most {@link #MAX_BLOCKS}
 * @param entries the number of entries
 * @param minTime the lowest time of an entry
 * @param maxTime the highest time of an entry
 * @param first the first entry
 */
record Segment(long firstBlock, int blocks, long entries, long minTime, long maxTime, Place first) {
    /** Keeps a header small enough to be read for one look-up. */
    static final int MAX_BLOCKS = 128;

    long headerId() {
        return firstBlock + blocks;
    }

    /** A hash of everything. */
    long fingerprint() {
        return SplitMix.hash(
                firstBlock, blocks, entries, minTime, maxTime, first.high(), first.low(), first.time(), first.seq());
    }
}
