package dev.sentinel.audit.store;

import java.time.Instant;

/**
 * An event that a destination refused and that was skipped.
 *
 * @param seq its position in the log
 * @param reason what the other side said, for people; without text of the event
 * @param at when it was refused
 */
public record RefusedEvent(long seq, String reason, Instant at) {}
