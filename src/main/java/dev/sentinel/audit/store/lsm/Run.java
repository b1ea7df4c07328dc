package dev.sentinel.audit.store.lsm;

import java.util.List;

/**
 * Entries of a tree in its order, which never change. A tree has several runs; none has an entry of another one.
 *
 * @param id never used again for another run of the file
 * @param tree the number of the tree
 * @param segments at least one, in order
 * @param entries the number of entries
 * @param minTime the lowest time of an entry
 * @param maxTime the highest time of an entry
 */
record Run(long id, int tree, List<Segment> segments, long entries, long minTime, long maxTime) {

    static Run of(long id, int tree, List<Segment> segments) {
        return new Run(
                id,
                tree,
                List.copyOf(segments),
                segments.stream().mapToLong(Segment::entries).sum(),
                segments.stream().mapToLong(Segment::minTime).min().orElseThrow(),
                segments.stream().mapToLong(Segment::maxTime).max().orElseThrow());
    }

    /** The last segment that begins at or before a place; -1 if there is none. */
    int lastSegmentAt(Place place) {
        int from = 0;
        int to = segments.size();
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (segments.get(middle).first().compareTo(place) <= 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from - 1;
    }
}
