package dev.sentinel.audit.store;

import java.util.Map;

/**
 * Figures about a store.
 *
 * @param committed events in the log
 * @param indexed events that queries see, or, where several servers share a store, that have a position; never more
 *     than committed
 * @param writable whether the last write succeeded, of all files; false too when one hangs
 * @param files bytes by file role ("log", "index", …), including write-ahead logs; empty for a remote database
 * @param freeBytes left on the file system that fills up first; {@link Long#MAX_VALUE} for a remote database
 */
public record StoreStatus(long committed, long indexed, boolean writable, Map<String, Long> files, long freeBytes) {

    /** Events that are durable but not yet found by queries. */
    public long lag() {
        return committed - indexed;
    }
}
