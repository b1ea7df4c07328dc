package dev.sentinel.audit.store.lsm;

import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes one run of several, in steps. After a failure, it must not be used. */
final class Merge {
    private final List<Run> inputs;
    private final RunWriter output;
    private final int entriesPerLook;

    /** Of those that are not at their end, in the first places; the one with the next entry is the first. */
    private final Scan[] heap;

    private int count;
    private boolean begun;

    Merge(LsmReader reader, RunWriter output, Sizes sizes, List<Run> inputs) {
        this.inputs = inputs;
        this.output = output;
        this.entriesPerLook = sizes.entriesPerLook();
        this.heap = inputs.stream().map(run -> new Scan(reader, run)).toArray(Scan[]::new);
        this.count = heap.length;
    }

    List<Run> inputs() {
        return inputs;
    }

    /**
     * Merges until a time of {@link System#nanoTime}, and writes most of that part.
     *
     * @return the new run; null if there is more to merge
     */
    @Nullable
    Run step(long deadline) throws SQLException {
        if (!begun) {
            begun = true;
            begin();
        }
        int left = entriesPerLook;
        while (count > 0) {
            if (--left == 0) {
                left = entriesPerLook;
                if (System.nanoTime() - deadline >= 0) {
                    output.flush();
                    return null;
                }
            }
            BlockReader entry = heap[0].block;
            output.add(entry.high, entry.low, entry.time, entry.seq, entry.tag, entry.owner);
            if (!heap[0].next()) {
                count--;
                heap[0] = heap[count];
            }
            siftDown(0);
        }
        return finish();
    }

    private void begin() throws SQLException {
        for (Scan scan : heap) {
            scan.next();
        }
        for (int i = count / 2 - 1; i >= 0; i--) {
            siftDown(i);
        }
    }

    private void siftDown(int at) {
        int parent = at;
        int child = 2 * parent + 1;
        while (child < count) {
            if (child + 1 < count && heap[child + 1].isBefore(heap[child])) {
                child++;
            }
            if (!heap[child].isBefore(heap[parent])) {
                return;
            }
            Scan moved = heap[parent];
            heap[parent] = heap[child];
            heap[child] = moved;
            parent = child;
            child = 2 * parent + 1;
        }
    }

    private Run finish() throws SQLException {
        Run merged = output.finish();
        long expected = inputs.stream().mapToLong(Run::entries).sum();
        if (merged.entries() != expected) {
            throw new LsmDamage(merged.entries() + " entries in runs of " + expected);
        }
        return merged;
    }

    /** All entries of a run. */
    private static final class Scan {
        private final LsmReader reader;
        private final List<Segment> segments;
        private final BlockReader block = new BlockReader();
        private int segment;
        private int nextBlock;

        Scan(LsmReader reader, Run run) {
            this.reader = reader;
            this.segments = run.segments();
        }

        boolean isBefore(Scan other) {
            return block.compareTo(other.block.high, other.block.low, other.block.time, other.block.seq) < 0;
        }

        boolean next() throws SQLException {
            while (!block.next()) {
                if (nextBlock == segments.get(segment).blocks()) {
                    nextBlock = 0;
                    segment++;
                    if (segment == segments.size()) {
                        return false;
                    }
                }
                block.open(reader.blob(segments.get(segment).firstBlock() + nextBlock));
                nextBlock++;
            }
            return true;
        }
    }
}
