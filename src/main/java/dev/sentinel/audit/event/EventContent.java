package dev.sentinel.audit.event;

import java.util.Objects;

/** Tells a retry from a forgery: does an event that is sent again say the same as the one that is stored? */
public final class EventContent {
    private EventContent() {}

    /**
     * Compares what the client sent. A timestamp is compared only if it was sent both times; metadata is compared as
     * JSON, and a value that redaction has replaced on either side equals anything.
     */
    public static boolean sameContent(AuditEvent sent, StoredEvent stored) {
        AuditEvent known = stored.event();
        return sent.agentInstanceId().equals(known.agentInstanceId())
                && sent.traceId().equals(known.traceId())
                && sent.actor() == known.actor()
                && sent.actionType() == known.actionType()
                && sent.resource().equals(known.resource())
                && sent.status() == known.status()
                && Objects.equals(sent.latencyMs(), known.latencyMs())
                && sameTime(sent, stored)
                && JsonContent.same(sent.metadata(), known.metadata());
    }

    private static boolean sameTime(AuditEvent sent, StoredEvent stored) {
        return sent.timestamp() == null
                || stored.timestamp().equals(stored.receivedAt())
                || sent.timestamp().equals(stored.timestamp());
    }
}
