package dev.sentinel.audit.store.lsm;

import java.util.Comparator;

/**
 * An entry of a tree. A tree is sorted by key, as an unsigned number of 128 bits, and within a key by time and
 * position, newest first, because most readers want the newest.
 *
 * @param high the upper half of the key
 * @param low the lower half of the key
 * @param time any number; entries whose times are near to each other take less space
 * @param seq the position, which makes the entry unique within its key and time
 * @param tag a small number that goes with the entry, not negative
 * @param owner another number that goes with the entry, not negative; zero takes no space
 */
public record Entry(long high, long low, long time, long seq, int tag, long owner) {
    /** The order of a tree. */
    public static final Comparator<Entry> ORDER = (left, right) ->
            compare(left.high, left.low, left.time, left.seq, right.high, right.low, right.time, right.seq);

    /** Compares two places in the order of a tree. */
    static int compare(long high, long low, long time, long seq, long high2, long low2, long time2, long seq2) {
        int key = compareKeys(high, low, high2, low2);
        if (key != 0) {
            return key;
        }
        return time != time2 ? Long.compare(time2, time) : Long.compare(seq2, seq);
    }

    static int compareKeys(long high, long low, long high2, long low2) {
        return high != high2 ? Long.compareUnsigned(high, high2) : Long.compareUnsigned(low, low2);
    }
}
