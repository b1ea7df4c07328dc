package dev.sentinel.audit.store.lsm;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes one run of several, in steps. */
final class Merge {
    /** Entries between two looks at the clock. */
    private static final int CHECKED = 512;

    private final List<Run> inputs;
    private final RunWriter output;
    private final List<Scan> scans = new ArrayList<>();
    private boolean begun;

    Merge(LsmReader reader, RunWriter output, List<Run> inputs) {
        this.inputs = inputs;
        this.output = output;
        inputs.forEach(run -> scans.add(new Scan(reader, run)));
    }

    List<Run> inputs() {
        return inputs;
    }

    /**
     * Merges until a time of {@link System#nanoTime}, and writes that part.
     *
     * @return the new run; null if there is more to merge
     */
    @Nullable
    Run step(long deadline) throws SQLException {
        if (!begun) {
            begun = true;
            for (Scan scan : List.copyOf(scans)) {
                advance(scan);
            }
        }
        int left = CHECKED;
        while (!scans.isEmpty()) {
            if (--left == 0) {
                left = CHECKED;
                if (System.nanoTime() - deadline >= 0) {
                    output.flush();
                    return null;
                }
            }
            Scan least = scans.get(0);
            for (int i = 1; i < scans.size(); i++) {
                Scan other = scans.get(i);
                if (other.block.compareTo(least.block.high, least.block.low, least.block.time, least.block.seq) < 0) {
                    least = other;
                }
            }
            BlockReader entry = least.block;
            output.add(entry.high, entry.low, entry.time, entry.seq, entry.tag, entry.owner);
            advance(least);
        }
        return output.finish();
    }

    private void advance(Scan scan) throws SQLException {
        if (!scan.next()) {
            scans.remove(scan);
        }
    }

    /** All entries of a run. */
    private static final class Scan {
        private final LsmReader reader;
        private final Run run;
        private final BlockReader block = new BlockReader();
        private int segment;
        private int nextBlock;

        Scan(LsmReader reader, Run run) {
            this.reader = reader;
            this.run = run;
        }

        boolean next() throws SQLException {
            while (!block.next()) {
                if (nextBlock == run.segments().get(segment).blocks()) {
                    nextBlock = 0;
                    segment++;
                    if (segment == run.segments().size()) {
                        segment--;
                        nextBlock = run.segments().get(segment).blocks();
                        return false;
                    }
                }
                block.open(reader.blob(run.segments().get(segment).firstBlock() + nextBlock));
                nextBlock++;
            }
            return true;
        }
    }
}
