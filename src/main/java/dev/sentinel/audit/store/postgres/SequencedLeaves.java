package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.event.LeafHash;
import dev.sentinel.audit.store.LeafFeed;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The hashes of the leaves of the events that this server has appended, by position. An event is appended at one time
 * and gets its position at another, in either order, so hashes wait for positions and positions for hashes. Only the
 * server that sequences knows positions at once; on another one, hashes wait in vain and are forgotten, as those of the
 * events of other servers are never there. Who wants one that is missing reads the event.
 *
 * <p>Bounded: 5 MiB of hashes with a position, and about 4 MiB that wait. Any thread.
 */
final class SequencedLeaves implements LeafFeed {
    private static final int KEPT = 1 << 17;
    private static final int MAX_WAITING = 1 << 15;

    /** Of up to a step of events each; a hash is late by milliseconds. */
    private static final int MAX_RUNS = 64;

    private static final byte[] NONE = {};

    /** Consecutive arrivals and their positions. */
    private record Run(long firstArrival, long count, long firstSeq) {
        boolean has(long arrival) {
            return arrival >= firstArrival && arrival < firstArrival + count;
        }
    }

    private final byte[] hashes = new byte[KEPT * LeafHash.BYTES];
    /** The position whose hash is at a place; -1 for none. */
    private final long[] positions = new long[KEPT];

    private final Map<Long, LeafHash> waiting = new HashMap<>();
    private final ArrayDeque<Run> runs = new ArrayDeque<>();

    SequencedLeaves() {
        Arrays.fill(positions, -1);
    }

    /**
     * Adds the hashes of events that are durable.
     *
     * @param arrivals of the events, in any order
     * @param leaves in the order of the arrivals from small to large
     */
    synchronized void appended(long[] arrivals, List<LeafHash> leaves) {
        long[] ascending = arrivals.clone();
        Arrays.sort(ascending);
        if (waiting.size() + ascending.length > MAX_WAITING) {
            waiting.clear();
        }
        for (int i = 0; i < ascending.length; i++) {
            Run run = runOf(ascending[i]);
            if (run == null) {
                waiting.put(ascending[i], leaves.get(i));
            } else {
                put(run.firstSeq + ascending[i] - run.firstArrival, leaves.get(i));
            }
        }
    }

    private @Nullable Run runOf(long arrival) {
        for (Iterator<Run> newest = runs.descendingIterator(); newest.hasNext(); ) {
            Run run = newest.next();
            if (run.has(arrival)) {
                return run;
            }
        }
        return null;
    }

    private void put(long seq, LeafHash leaf) {
        int place = (int) (seq % KEPT);
        positions[place] = seq;
        leaf.copyTo(hashes, place * LeafHash.BYTES);
    }

    /** Says which positions consecutive arrivals have got. */
    synchronized void sequenced(long firstArrival, long count, long firstSeq) {
        if (runs.size() == MAX_RUNS) {
            runs.removeFirst();
        }
        runs.addLast(new Run(firstArrival, count, firstSeq));
        for (long i = 0; i < count && !waiting.isEmpty(); i++) {
            LeafHash leaf = waiting.remove(firstArrival + i);
            if (leaf != null) {
                put(firstSeq + i, leaf);
            }
        }
    }

    /** Forgets all positions: the database may be another one, in which events have other ones. */
    synchronized void clear() {
        waiting.clear();
        runs.clear();
        Arrays.fill(positions, -1);
    }

    @Override
    public synchronized byte[] recent(long fromSeq, int limit) {
        int count = 0;
        while (count < Math.min(limit, KEPT) && positions[(int) ((fromSeq + count) % KEPT)] == fromSeq + count) {
            count++;
        }
        if (count == 0) {
            return NONE;
        }
        byte[] found = new byte[count * LeafHash.BYTES];
        int place = (int) (fromSeq % KEPT);
        int first = Math.min(count, KEPT - place);
        System.arraycopy(hashes, place * LeafHash.BYTES, found, 0, first * LeafHash.BYTES);
        System.arraycopy(hashes, 0, found, first * LeafHash.BYTES, (count - first) * LeafHash.BYTES);
        return found;
    }
}
