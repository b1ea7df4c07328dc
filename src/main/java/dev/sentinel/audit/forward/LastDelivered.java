package dev.sentinel.audit.forward;

import java.util.UUID;

/**
 * The last event that the other side has.
 *
 * @param seq its position
 * @param eventId tells whether a log that was restored has another event there
 */
public record LastDelivered(long seq, UUID eventId) {}
