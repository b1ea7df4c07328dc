package dev.sentinel.audit.store.lsm;

import java.sql.SQLException;

/**
 * Visits the entries of one key in one run. The fields are those of the entry; before the first one, {@code time} and
 * {@code seq} are a bound of it, so that a run is read only when its entries may be next.
 */
abstract class RunWalk {
    long time;
    long seq;
    int tag;
    long owner;
    private boolean begun;

    RunWalk(long boundTime, long boundSeq) {
        this.time = boundTime;
        this.seq = boundSeq;
    }

    boolean hasBegun() {
        return begun;
    }

    /** Moves to the first or next entry; false if there is none. */
    final boolean next() throws SQLException {
        if (begun) {
            return advance();
        }
        begun = true;
        return begin();
    }

    abstract boolean begin() throws SQLException;

    abstract boolean advance() throws SQLException;
}
