package dev.sentinel.audit.store.lsm;

import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Visits entries in the order of time and position, from all runs of a tree. One thread; see {@link LsmReader} for the
 * snapshot in which it may be used.
 */
public final class Walk {
    private static final Comparator<RunWalk> OLDEST = (left, right) ->
            left.time != right.time ? Long.compare(left.time, right.time) : Long.compare(left.seq, right.seq);

    private final PriorityQueue<RunWalk> walks;
    private @Nullable RunWalk current;

    Walk(List<RunWalk> walks, boolean newestFirst) {
        this.walks = new PriorityQueue<>(Math.max(1, walks.size()), newestFirst ? OLDEST.reversed() : OLDEST);
        this.walks.addAll(walks);
    }

    /** Moves to the first or next entry; false if there is none. Throws {@link LsmDamage}. */
    public boolean next() throws SQLException {
        if (current != null && current.next()) {
            walks.add(current);
        }
        current = walks.poll();
        while (current != null && !current.hasBegun()) {
            if (current.next()) {
                walks.add(current);
            }
            current = walks.poll();
        }
        return current != null;
    }

    /** The time of the entry. */
    public long time() {
        return entry().time;
    }

    /** The position of the entry. */
    public long seq() {
        return entry().seq;
    }

    /** The tag of the entry. */
    public int tag() {
        return entry().tag;
    }

    /** The owner of the entry. */
    public long owner() {
        return entry().owner;
    }

    private RunWalk entry() {
        if (current == null) {
            throw new IllegalStateException("no entry");
        }
        return current;
    }
}
