package dev.sentinel.audit.store.lsm;

import java.sql.SQLException;
import java.util.Arrays;

/**
 * Visits the entries against the order of the run, oldest first. A block can be read in its order only, so its entries
 * are collected.
 */
final class BackwardWalk extends RunWalk {
    private static final int FIELDS = 4;

    private final LsmReader reader;
    private final Run run;
    private final Key key;
    private final Range range;
    private final BlockReader block = new BlockReader();
    private int segment;
    private int blockAt;
    private long[] collected = {};
    private int end;

    /** Whether the block before may have entries of the key, too. */
    private boolean beganWithKey;

    BackwardWalk(LsmReader reader, Run run, Key key, Range range) {
        super(run.minTime(), Long.MIN_VALUE);
        this.reader = reader;
        this.run = run;
        this.key = key;
        this.range = range;
    }

    @Override
    boolean begin() throws SQLException {
        Place from = new Place(key.high(), key.low(), range.fromTime(), range.fromSeq());
        segment = run.lastSegmentAt(from);
        if (segment < 0) {
            return false;
        }
        SegmentHeader header = reader.header(run.segments().get(segment));
        if (!header.mayContain(key)) {
            return false;
        }
        blockAt = header.lastBlockAt(from);
        collect(from);
        return advance();
    }

    @Override
    boolean advance() throws SQLException {
        while (end == 0) {
            if (!beganWithKey) {
                return false;
            }
            blockAt--;
            if (blockAt < 0) {
                segment--;
                if (segment < 0) {
                    return false;
                }
                blockAt = run.segments().get(segment).blocks() - 1;
            }
            collect(new Place(key.high(), key.low(), Long.MIN_VALUE, Long.MIN_VALUE));
        }
        end -= FIELDS;
        time = collected[end];
        seq = collected[end + 1];
        tag = (int) collected[end + 2];
        owner = collected[end + 3];
        return time < range.toTime() || (time == range.toTime() && seq < range.toSeq());
    }

    /** Collects the entries of the key up to a place, inclusive. */
    private void collect(Place last) throws SQLException {
        block.open(reader.blob(run.segments().get(segment).firstBlock() + blockAt));
        end = 0;
        boolean first = true;
        beganWithKey = false;
        while (block.next() && block.compareTo(last.high(), last.low(), last.time(), last.seq()) <= 0) {
            boolean ofKey = block.high == key.high() && block.low == key.low();
            beganWithKey |= first && ofKey;
            first = false;
            if (ofKey) {
                if (end == collected.length) {
                    collected = Arrays.copyOf(collected, Math.max(64 * FIELDS, 2 * end));
                }
                collected[end] = block.time;
                collected[end + 1] = block.seq;
                collected[end + 2] = block.tag;
                collected[end + 3] = block.owner;
                end += FIELDS;
            }
        }
    }
}
