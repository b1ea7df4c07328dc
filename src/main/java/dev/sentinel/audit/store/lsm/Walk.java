package dev.sentinel.audit.store.lsm;

import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Visits entries in the order of time and position, from all runs of a tree. One thread; see {@link LsmReader} for the
 * snapshot in which it may be used. After a failure, it must not be used.
 */
public final class Walk {
    private static final Comparator<RunWalk> OLDEST = (left, right) ->
            left.time != right.time ? Long.compare(left.time, right.time) : Long.compare(left.seq, right.seq);

    private final Comparator<RunWalk> order;

    /** Those of the other runs that are not at their end. */
    private final PriorityQueue<RunWalk> others;

    private @Nullable RunWalk current;
    private boolean failed;

    Walk(List<RunWalk> walks, boolean newestFirst) {
        this.order = newestFirst ? OLDEST.reversed() : OLDEST;
        this.others = new PriorityQueue<>(Math.max(1, walks.size()), order);
        this.others.addAll(walks);
    }

    /** Moves to the first or next entry; false if there is none. Throws {@link LsmDamage}. */
    public boolean next() throws SQLException {
        if (failed) {
            throw new IllegalStateException("failed before");
        }
        failed = true;
        RunWalk first = current == null ? others.poll() : current;
        // One that has not begun is at a bound of its first entry, not at an entry.
        do {
            first = first == null ? null : first.next() ? leastOf(first) : others.poll();
        } while (first != null && !first.hasBegun());
        current = first;
        failed = false;
        return first != null;
    }

    private RunWalk leastOf(RunWalk walk) {
        RunWalk other = others.peek();
        if (other == null || order.compare(walk, other) <= 0) {
            return walk;
        }
        others.remove();
        others.add(walk);
        return other;
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
