package dev.sentinel.audit.event;

import java.time.Instant;

/**
 * An event that is in the log.
 *
 * @param seq its position in the log, from 0, without gaps; {@link #UNSEQUENCED} as long as it has none, which only
 *     stores know that several servers share
 * @param receivedAt when the server stored it, by the server's clock, to the microsecond
 * @param event what the client sent
 */
public record StoredEvent(long seq, Instant receivedAt, AuditEvent event) {
    /** Stored and durable, but its place among the events of other servers is not settled yet. */
    public static final long UNSEQUENCED = -1;

    /**
     * When the event happened: the client's time, or the server's where the client sent none. A stored timestamp that
     * equals {@link #receivedAt} to the microsecond therefore stands for "not sent".
     */
    public Instant timestamp() {
        return event.timestamp() == null ? receivedAt : event.timestamp();
    }
}
