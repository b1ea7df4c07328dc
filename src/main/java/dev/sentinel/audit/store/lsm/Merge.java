package dev.sentinel.audit.store.lsm;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes one run of several, in steps. After a failure, it must not be used. */
final class Merge {
    private final List<Run> inputs;
    private final RunWriter output;
    private final int entriesPerLook;
    private final List<Scan> scans = new ArrayList<>();
    private boolean begun;

    Merge(LsmReader reader, RunWriter output, Sizes sizes, List<Run> inputs) {
        this.inputs = inputs;
        this.output = output;
        this.entriesPerLook = sizes.entriesPerLook();
        inputs.forEach(run -> scans.add(new Scan(reader, run)));
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
            for (Scan scan : scans) {
                scan.next();
            }
        }
        int left = entriesPerLook;
        while (!scans.isEmpty()) {
            if (--left == 0) {
                left = entriesPerLook;
                if (System.nanoTime() - deadline >= 0) {
                    output.flush();
                    return null;
                }
            }
            Scan least = least();
            BlockReader entry = least.block;
            output.add(entry.high, entry.low, entry.time, entry.seq, entry.tag, entry.owner);
            if (!least.next()) {
                scans.remove(least);
            }
        }
        return finish();
    }

    private Scan least() {
        Scan least = scans.get(0);
        for (int i = 1; i < scans.size(); i++) {
            Scan other = scans.get(i);
            if (other.block.compareTo(least.block.high, least.block.low, least.block.time, least.block.seq) < 0) {
                least = other;
            }
        }
        return least;
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
