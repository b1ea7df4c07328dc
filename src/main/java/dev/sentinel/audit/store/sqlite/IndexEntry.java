package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.event.Timestamps;
import java.util.UUID;

/**
 * What the index keeps of an event. All that waits for the index waits in this form: the rest of an event is many times
 * larger, and it is in the log.
 *
 * @param ts microseconds since the epoch
 * @param kind see {@link Kinds}
 */
record IndexEntry(long seq, UUID eventId, String agentInstanceId, String traceId, long ts, int kind) {

    static IndexEntry of(StoredEvent stored) {
        AuditEvent event = stored.event();
        return new IndexEntry(
                stored.seq(),
                event.eventId(),
                event.agentInstanceId(),
                event.traceId(),
                Timestamps.toMicros(stored.timestamp()),
                Kinds.of(event));
    }

    /** Roughly how many bytes of heap the entry holds. */
    int weight() {
        return 200 + 2 * (agentInstanceId.length() + traceId.length());
    }
}
