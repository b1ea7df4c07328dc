package dev.sentinel.audit.store.lsm;

import java.sql.SQLException;

/** Visits the entries in the order of the run, newest first. */
final class ForwardWalk extends RunWalk {
    private final LsmReader reader;
    private final Run run;
    private final Key key;
    private final Range range;
    private final BlockReader block = new BlockReader();
    private int segment;
    private int nextBlock;

    ForwardWalk(LsmReader reader, Run run, Key key, Range range) {
        super(run.maxTime(), Long.MAX_VALUE);
        this.reader = reader;
        this.run = run;
        this.key = key;
        this.range = range;
    }

    @Override
    boolean begin() throws SQLException {
        Place to = new Place(key.high(), key.low(), range.toTime(), range.toSeq());
        segment = Math.max(0, run.lastSegmentAt(to));
        SegmentHeader header = reader.header(run.segments().get(segment));
        if (header.mayContain(key)) {
            nextBlock = Math.max(0, header.lastBlockAt(to));
            openBlock();
            while (block.next()) {
                if (block.compareTo(to.high(), to.low(), to.time(), to.seq()) > 0) {
                    return found();
                }
            }
        } else {
            nextBlock = run.segments().get(segment).blocks();
        }
        return advance();
    }

    @Override
    boolean advance() throws SQLException {
        if (block.next()) {
            return found();
        }
        Segment current = run.segments().get(segment);
        if (nextBlock == current.blocks()) {
            segment++;
            nextBlock = 0;
            if (segment == run.segments().size()
                    || !run.segments().get(segment).first().hasKey(key)) {
                return false;
            }
        } else if (!reader.header(current).hasKey(nextBlock, key)) {
            return false;
        }
        openBlock();
        return block.next() && found();
    }

    private void openBlock() throws SQLException {
        block.open(reader.blob(run.segments().get(segment).firstBlock() + nextBlock));
        nextBlock++;
    }

    private boolean found() {
        time = block.time;
        seq = block.seq;
        tag = block.tag;
        owner = block.owner;
        return block.high == key.high()
                && block.low == key.low()
                && (time > range.fromTime() || (time == range.fromTime() && seq >= range.fromSeq()));
    }
}
