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
    private final BlockWriter block = new BlockWriter();
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
    RunWriter(LsmStore store, Tree tree, long expected) {
        this.store = store;
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
        if (blobs.size() == Segment.MAX_BLOCKS) {
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

    /** Writes what was added, so that the transaction can be committed. */
    void flush() throws SQLException {
        if (!block.isEmpty()) {
            blobs.add(block.finish());
        }
        if (!blobs.isEmpty()) {
            writeSegment();
        }
    }

    private void writeSegment() throws SQLException {
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

    /** Writes the rest. The run must have an entry. */
    Run finish() throws SQLException {
        flush();
        return Run.of(run, tree.id(), segments);
    }
}
