package dev.sentinel.audit.event;

import java.time.Instant;

/**
 * An event in the log.
 *
 * @param seq the position in the log, from 0, without gaps; {@link #UNSEQUENCED} until one is assigned, which happens
 *     only in stores that several servers share
 * @param receivedAt when the server stored it, by the server's clock, to the microsecond
 * @param event what the client sent
 */
public record StoredEvent(long seq, Instant receivedAt, AuditEvent event) {
    /** The event is durable, but its position among the events of other servers is not assigned yet. */
    public static final long UNSEQUENCED = -1;

    /**
     * When the event happened: the client's timestamp, or {@link #receivedAt} if the client sent none. So a stored
     * timestamp that equals {@link #receivedAt} to the microsecond means "not sent".
     */
    public Instant timestamp() {
        return event.timestamp() == null ? receivedAt : event.timestamp();
    }
}
