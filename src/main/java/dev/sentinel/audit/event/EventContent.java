package dev.sentinel.audit.event;

/** Temporary. */
public final class EventContent {
    private EventContent() {}

    public static boolean sameContent(AuditEvent sent, StoredEvent stored) {
        return sent.resource().equals(stored.event().resource())
                && sent.metadata().equals(stored.event().metadata());
    }
}
