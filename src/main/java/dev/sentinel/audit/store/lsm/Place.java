package dev.sentinel.audit.store.lsm;

/** A place in the order of a tree, which an entry may have or not. */
record Place(long high, long low, long time, long seq) {

    boolean hasKey(Key key) {
        return high == key.high() && low == key.low();
    }

    int compareTo(Place other) {
        return Entry.compare(high, low, time, seq, other.high, other.low, other.time, other.seq);
    }
}
