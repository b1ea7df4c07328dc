package dev.sentinel.audit.event;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Distinguishes a retry from a different event with the same id. */
public final class EventContent {
    private EventContent() {}

    /**
     * Whether an event is a retry of the stored one. A timestamp that one of them lacks is not compared, since every
     * retry would differ. A value that is redacted in one of them is not compared either, since a changed redaction
     * rule must not turn a retry into a conflict.
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
