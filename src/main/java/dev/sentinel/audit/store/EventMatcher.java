package dev.sentinel.audit.store;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * Says of one event whether a search finds it: the same filters as those of the stores, for events that are in memory.
 * What of a query is about pages (order, position, limit) does not matter. Immutable, any thread.
 *
 * <p>The time that an event takes grows with its length and the number of texts looked for, and with nothing else, so
 * that a stranger's choice of both can hold nobody up.
 */
public final class EventMatcher {
    private final EventQuery query;
    private final List<FoldedText> texts;

    private EventMatcher(EventQuery query) {
        this.query = query;
        this.texts = query.texts().stream().map(FoldedText::new).toList();
    }

    public static EventMatcher of(EventQuery query) {
        return new EventMatcher(query);
    }

    /** The cheap filters first. */
    public boolean matches(StoredEvent stored) {
        AuditEvent event = stored.event();
        return isAny(query.statuses(), event.status())
                && isAny(query.actors(), event.actor())
                && isAny(query.actionTypes(), event.actionType())
                && event.agentInstanceId().startsWith(query.agentPrefix())
                && isAny(query.agentInstanceIds(), event.agentInstanceId())
                && isAny(query.traceIds(), event.traceId())
                && isInTime(stored.timestamp())
                && isOfResource(event.resource())
                && mentionsText(event);
    }

    private static <T> boolean isAny(Collection<T> values, T value) {
        return values.isEmpty() || values.contains(value);
    }

    private boolean isInTime(Instant time) {
        Instant from = query.from();
        Instant to = query.to();
        return (from == null || !time.isBefore(from)) && (to == null || time.isBefore(to));
    }

    private boolean isOfResource(String resource) {
        return (query.resources().isEmpty() && query.resourcePrefixes().isEmpty())
                || query.resources().contains(resource)
                || query.resourcePrefixes().stream().anyMatch(resource::startsWith);
    }

    private boolean mentionsText(AuditEvent event) {
        return texts.isEmpty()
                || texts.stream().anyMatch(text -> text.isIn(event.resource()) || text.isIn(event.metadata()));
    }
}
