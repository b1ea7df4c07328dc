package dev.sentinel.audit.event;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tells a retry from another event that carries the same id. */
public final class EventContent {
    private EventContent() {}

    /**
     * Whether a sent event is the stored one again. A timestamp that one of both lacks is not compared, since every
     * retry would differ; and neither is what is redacted in one of both, since a changed redaction rule must not turn
     * a retry into a conflict.
     */
    public static boolean sameContent(AuditEvent sent, StoredEvent stored) {
        AuditEvent other = stored.event();
        return sent.eventId().equals(other.eventId())
                && sent.actor() == other.actor()
                && sent.actionType() == other.actionType()
                && sent.status() == other.status()
                && Objects.equals(sent.latencyMs(), other.latencyMs())
                && sent.agentInstanceId().equals(other.agentInstanceId())
                && sent.traceId().equals(other.traceId())
                && RedactedText.same(sent.resource(), other.resource())
                && sameTimestamp(sent.timestamp(), stored)
                && sameMetadata(sent.metadata(), other.metadata());
    }

    private static boolean sameTimestamp(@Nullable Instant sent, StoredEvent stored) {
        Instant kept = stored.timestamp();
        return sent == null || kept.equals(stored.receivedAt()) || kept.equals(sent);
    }

    private static boolean sameMetadata(String sent, String stored) {
        return sent.equals(stored) || JsonTree.same(sent, stored);
    }
}
