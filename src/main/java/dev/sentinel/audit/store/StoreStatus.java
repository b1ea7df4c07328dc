package dev.sentinel.audit.store;

import java.util.Map;

/**
 * The state of a store.
 *
 * @param committed number of events in the log
 * @param indexed number of events that queries see or, if several servers share the store, that have a position; at
 *     most {@code committed}
 * @param writable whether the last write to every file succeeded; also false while a write hangs
 * @param files bytes by file role ("log", "index", …), including write-ahead logs; empty for a remote database
 * @param freeBytes free space of the file system that is fullest; {@link Long#MAX_VALUE} for a remote database
 */
public record StoreStatus(long committed, long indexed, boolean writable, Map<String, Long> files, long freeBytes) {

    /** The number of events that are durable but not yet visible to queries. */
    public long lag() {
        return committed - indexed;
    }
}
