package dev.sentinel.audit.event;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One thing that an agent, a human or a system did, as the client sent it but for its secrets. Immutable; made by
 * {@link EventReader}, which enforces the limits of the wire contract and takes the secrets out.
 *
 * @param eventId the client's identity for the event; the same id means the same event, however often it is sent
 * @param timestamp when it happened by the client's clock, to the microsecond; null if the client sent none
 * @param agentInstanceId 1 to 255 characters (Unicode code points)
 * @param traceId 1 to 255 characters
 * @param resource what was acted on, 1 to 1,024 characters
 * @param latencyMs milliseconds, 0 to 2^31-1; null if unknown
 * @param metadata a JSON object, minified, member order and number spelling as sent; at most 64 KiB of UTF-8
 * @param redacted what was taken out, as the JSON object that clients get ({@link Redactions}); null if nothing was
 * @param submittedBy the id of the key that the client showed; null if it showed none
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
        String metadata,
        @Nullable String redacted,
        @Nullable String submittedBy) {

    /** An event from which nothing was taken out, sent by someone unknown. */
    public AuditEvent(
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
        this(
                eventId,
                timestamp,
                agentInstanceId,
                traceId,
                actor,
                actionType,
                resource,
                status,
                latencyMs,
                metadata,
                null,
                null);
    }

    /** The same event with other values of what the server adds. */
    public AuditEvent withAdded(@Nullable String newRedacted, @Nullable String newSubmittedBy) {
        return new AuditEvent(
                eventId,
                timestamp,
                agentInstanceId,
                traceId,
                actor,
                actionType,
                resource,
                status,
                latencyMs,
                metadata,
                newRedacted,
                newSubmittedBy);
    }

    /** Roughly how many bytes of heap the event holds; what the bounds on queued bytes count. */
    public int weight() {
        return 200
                + 2 * (agentInstanceId.length() + traceId.length() + resource.length() + metadata.length())
                + (redacted == null ? 0 : redacted.length());
    }
}
