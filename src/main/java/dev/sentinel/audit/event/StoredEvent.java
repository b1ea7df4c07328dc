package dev.sentinel.audit.event;

import java.time.Duration;
import java.time.Instant;

/**
 * An event in the log.
 *
 * @param seq the position in the log, from 0, without gaps; {@link #UNSEQUENCED} until one is assigned, which happens
 *     only in stores that several servers share
 * @param receivedAt when the server stored it, by the server's clock, to the microsecond
 * @param event what the client sent
 * @param seal opens the commitments of the event's {@link Leaf}
 */
public record StoredEvent(long seq, Instant receivedAt, AuditEvent event, Seal seal) {
    /** The event is durable, but its position among the events of other servers is not assigned yet. */
    public static final long UNSEQUENCED = -1;

    /**
     * How far the effective time may be after the time of receipt. Longer than the error of a time zone, so that it
     * changes only times that no clock with the right date shows.
     */
    public static final Duration MAX_AHEAD = Duration.ofHours(24);

    /**
     * When the event happened: the client's timestamp, or {@link #receivedAt} if the client sent none. So a stored
     * timestamp that equals {@link #receivedAt} to the microsecond means "not sent".
     */
    public Instant timestamp() {
        return event.timestamp() == null ? receivedAt : event.timestamp();
    }

    /**
     * The time by which events are ordered, selected by time and counted: {@link #timestamp}, but at most
     * {@link #MAX_AHEAD} after {@link #receivedAt}. Otherwise a client whose clock is wrong by years could put its
     * events before those of all others until that year comes. Never changes, because both times are stored. There is
     * no such bound for past times: a client may send events of years ago.
     */
    public Instant effectiveTime() {
        return effective(timestamp(), receivedAt);
    }

    /** The {@link #effectiveTime} of an event with these times. */
    public static Instant effective(Instant timestamp, Instant receivedAt) {
        Instant latest = receivedAt.plus(MAX_AHEAD);
        return timestamp.isAfter(latest) ? latest : timestamp;
    }
}
