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
 * server that sequences knows positions at once, so another one keeps nothing; and the hashes of events of other
 * servers are never there. A caller reads the event of a hash that is missing.
 *
 * <p>Bounded, while this server sequences: 5 MiB of hashes with a position, and about 4 MiB that wait. Any thread.
 */
final class SequencedLeaves implements LeafFeed {
    private static final int KEPT = 1 << 17;
    private static final int MAX_WAITING = 1 << 15;

    /** Of up to a step of events each; a hash is late by milliseconds. */
    private static final int MAX_RUNS = 64;

    private static final byte[] NONE = {};
    private static final long[] NOWHERE = {};

    /** Consecutive arrivals and their positions. */
    private record Run(long firstArrival, long count, long firstSeq) {
        boolean has(long arrival) {
            return arrival >= firstArrival && arrival < firstArrival + count;
        }
    }

    /** Empty while this server does not sequence. */
    private byte[] hashes = NONE;

    /** The position whose hash is at a place; -1 for none. */
    private long[] positions = NOWHERE;

    private final Map<Long, LeafHash> waiting = new HashMap<>();
    private final ArrayDeque<Run> runs = new ArrayDeque<>();

    /** This server sequences from now on. */
    synchronized void begin() {
        hashes = new byte[KEPT * LeafHash.BYTES];
        positions = new long[KEPT];
        Arrays.fill(positions, -1);
    }

    /**
     * Adds the hashes of events that are durable.
     *
     * @param arrivals of the events, in any order
     * @param leaves in the order of the arrivals from small to large
     */
    synchronized void appended(long[] arrivals, List<LeafHash> leaves) {
        if (positions.length == 0) {
            return;
        }
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
        if (positions.length == 0) {
            return;
        }
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

    /**
     * This server does not sequence any longer. Forgets all positions, too: the database may be another one by now, in
     * which events have other ones.
     */
    synchronized void end() {
        waiting.clear();
        runs.clear();
        hashes = NONE;
        positions = NOWHERE;
    }

    @Override
    public synchronized byte[] recent(long fromSeq, int limit) {
        if (positions.length == 0) {
            return NONE;
        }
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
