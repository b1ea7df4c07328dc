package dev.sentinel.audit.store;

import dev.sentinel.audit.model.EventStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The totals of one session, or of the part of it that a caller may see.
 *
 * @param agents ids of its agents, in order; only the first ones of very many
 * @param start the smallest effective time of its events
 * @param end the largest effective time of its events
 * @param byStatus number of events by status; contains every status
 * @param complete false if the session is so long that only its first events were counted
 */
public record SessionSummary(
        String sessionId,
        List<String> agents,
        Instant start,
        Instant end,
        long total,
        Map<EventStatus, Long> byStatus,
        boolean complete) {}
