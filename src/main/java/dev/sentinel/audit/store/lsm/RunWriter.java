package dev.sentinel.audit.store.lsm;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Writes a run, entry by entry in its order, in one or more transactions. */
final class RunWriter {
    private static final byte[] NO_FILTER = {};

    private final LsmStore store;
    private final Tree tree;
    private final boolean filtered;
    private final long run;
    private final Sizes sizes;
    private final BlockWriter block;
    private final BloomFilter.Builder filter = new BloomFilter.Builder();
    private final List<byte[]> blobs = new ArrayList<>();
    private final List<Place> fences = new ArrayList<>();
    private final List<Segment> segments = new ArrayList<>();
    private long entries;
    private long minTime;
    private long maxTime;
    private long lastHigh;
    private long lastLow;

    /** @param expected the number of entries */
    RunWriter(LsmStore store, Tree tree, Sizes sizes, long expected) {
        this.store = store;
        this.sizes = sizes;
        this.block = new BlockWriter(sizes.blockBytes());
        this.tree = tree;
        this.filtered = expected <= tree.maxFiltered();
        this.run = store.newRun();
    }

    void add(long high, long low, long time, long seq, int tag, long owner) throws SQLException {
        if (!block.isEmpty() && block.add(high, low, time, seq, tag, owner)) {
            count(high, low, time);
            return;
        }
        if (!block.isEmpty()) {
            blobs.add(block.finish());
        }
        if (blobs.size() == sizes.maxBlocks()) {
            writeSegment();
        }
        fences.add(new Place(high, low, time, seq));
        block.add(high, low, time, seq, tag, owner);
        count(high, low, time);
    }

    private void count(long high, long low, long time) {
        if (filtered && (entries == 0 || high != lastHigh || low != lastLow)) {
            filter.add(high, low);
            lastHigh = high;
            lastLow = low;
        }
        minTime = entries == 0 ? time : Math.min(minTime, time);
        maxTime = entries == 0 ? time : Math.max(maxTime, time);
        entries++;
    }

    /** Writes most of what was added, before the transaction is committed. The rest stays in memory. */
    void flush() throws SQLException {
        if (blobs.size() >= sizes.minBlocks()) {
            writeSegment();
        }
    }

    private void writeSegment() throws SQLException {
        if (!block.isEmpty()) {
            blobs.add(block.finish());
        }
        int blocks = blobs.size();
        blobs.add(SegmentHeader.blob(fences, filtered ? filter.finish() : NO_FILTER));
        long first = store.insert(blobs);
        Segment segment = new Segment(first, blocks, entries, minTime, maxTime, fences.get(0));
        store.insert(run, segments.size(), segment);
        segments.add(segment);
        blobs.clear();
        fences.clear();
        entries = 0;
    }

    /** Writes the rest, which must have an entry. */
    Run finish() throws SQLException {
        writeSegment();
        return Run.of(run, tree.id(), segments);
    }
}
