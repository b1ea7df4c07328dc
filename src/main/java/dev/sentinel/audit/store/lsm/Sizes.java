package dev.sentinel.audit.store.lsm;

/**
 * The sizes of what is written. Files that were written with others can be read; tests use small ones to meet every
 * boundary with few entries.
 *
 * @param blockBytes of a block, at most
 * @param minBlocks of a segment but for the last one of a run; keeps the segments of a run few
 * @param maxBlocks of a segment, at most {@link Segment#MAX_BLOCKS}
 * @param entriesPerLook that are merged between two looks at the clock
 */
record Sizes(int blockBytes, int minBlocks, int maxBlocks, int entriesPerLook) {
    /** A block fills a leaf of a table with pages of 4 KiB, without an overflow page. */
    static final Sizes NORMAL = new Sizes(4_048, 32, Segment.MAX_BLOCKS, 512);
}
