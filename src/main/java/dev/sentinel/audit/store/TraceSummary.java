package dev.sentinel.audit.store;

import dev.sentinel.audit.model.EventStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The totals of one trace.
 *
 * @param agents ids of its agents, in order
 * @param start the smallest effective time of its events
 * @param end the largest effective time of its events
 * @param byStatus number of events by status; contains every status
 * @param complete false if the trace is so long that only its first events were counted
 */
public record TraceSummary(
        String traceId,
        List<String> agents,
        Instant start,
        Instant end,
        long total,
        Map<EventStatus, Long> byStatus,
        boolean complete) {}
