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
 * @param fingerprint a hash of all that the file says of the run, see {@link Catalog}
 */
record Run(long id, int tree, List<Segment> segments, long entries, long minTime, long maxTime, long fingerprint) {

    static Run of(long id, int tree, List<Segment> segments) {
        long entries = 0;
        long minTime = Long.MAX_VALUE;
        long maxTime = Long.MIN_VALUE;
        long fingerprint = SplitMix.hash(id, tree);
        for (Segment segment : segments) {
            entries += segment.entries();
            minTime = Math.min(minTime, segment.minTime());
            maxTime = Math.max(maxTime, segment.maxTime());
            fingerprint = SplitMix.hash(fingerprint, segment.fingerprint());
        }
        return new Run(id, tree, List.copyOf(segments), entries, minTime, maxTime, fingerprint);
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
