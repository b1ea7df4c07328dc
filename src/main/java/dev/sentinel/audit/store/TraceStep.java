package dev.sentinel.audit.store;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.EventStatus;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One event of a trace, as far as a list of traces shows it.
 *
 * @param timestamp the event's timestamp, not its effective time
 * @param latencyMs milliseconds; null if unknown
 */
public record TraceStep(
        UUID eventId,
        Instant timestamp,
        String agentInstanceId,
        ActionType actionType,
        String resource,
        EventStatus status,
        @Nullable Integer latencyMs) {}
