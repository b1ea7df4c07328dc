package dev.sentinel.audit.event;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One thing that an agent, a human or a system did, as the client sent it. Immutable; made by {@link EventReader},
 * which enforces the limits of the wire contract.
 *
 * @param eventId the client's identity for the event; the same id means the same event, however often it is sent
 * @param timestamp when it happened by the client's clock, to the microsecond; null if the client sent none
 * @param agentInstanceId 1 to 255 characters (Unicode code points)
 * @param traceId 1 to 255 characters
 * @param resource what was acted on, 1 to 1,024 characters
 * @param latencyMs milliseconds, 0 to 2^31-1; null if unknown
 * @param metadata a JSON object, minified, member order and number spelling as sent; at most 64 KiB of UTF-8
 */
public record AuditEvent(
        UUID eventId,
        @Nullable Instant timestamp,
        String agentInstanceId,
        String traceId,
        ActorType actor,
        ActionType actionType,
        String resource,
        EventStatus status,
        @Nullable Integer latencyMs,
        String metadata) {

    /** Roughly how many bytes of heap the event holds; what the bounds on queued bytes count. */
    public int weight() {
        return 200 + 2 * (agentInstanceId.length() + traceId.length() + resource.length() + metadata.length());
    }
}
