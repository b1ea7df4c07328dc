package dev.sentinel.audit.store;

import dev.sentinel.audit.model.EventStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What is known of one trace.
 *
 * @param agents ids of the agents in it, ordered
 * @param start the smallest timestamp
 * @param end the largest
 * @param byStatus every status, also with 0
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
