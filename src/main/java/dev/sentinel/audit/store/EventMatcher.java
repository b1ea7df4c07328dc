package dev.sentinel.audit.store;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an event in memory passes a filter, exactly as the stores decide it for events in the log. Immutable,
 * any thread.
 *
 * <p>The time per event grows only with its length and with the number of texts and conditions, so that no choice of
 * those and of events can delay other clients.
 */
public final class EventMatcher {
    private final EventFilter filter;
    private final List<TextFinder> resourceTexts;
    private final List<TextFinder> metadataTexts;
    private final Predicate<StoredEvent> condition;

    private EventMatcher(EventFilter filter) {
        this.filter = filter;
        List<SoughtText> sought = filter.texts().stream().map(SoughtText::of).toList();
        this.resourceTexts = sought.stream()
                .map(SoughtText::inResource)
                .map(TextFinder::ofAnyCase)
                .toList();
        this.metadataTexts = sought.stream()
                .flatMap(text -> text.inMetadata().stream())
                .map(TextFinder::ofAnyCase)
                .toList();
        this.condition = ConditionMatcher.of(filter.condition());
    }

    public static EventMatcher of(EventFilter filter) {
        return new EventMatcher(filter);
    }

    /** Evaluates the cheap conditions first. */
    public boolean matches(StoredEvent stored) {
        AuditEvent event = stored.event();
        return isAny(filter.statuses(), event.status())
                && isAny(filter.actors(), event.actor())
                && isAny(filter.actionTypes(), event.actionType())
                && event.agentInstanceId().startsWith(filter.agentPrefix())
                && isAny(filter.agentInstanceIds(), event.agentInstanceId())
                && isAny(filter.traceIds(), event.traceId())
                && isAnyGiven(filter.sessionIds(), event.links().sessionId())
                && isAnyGiven(filter.onBehalfOf(), event.links().onBehalfOf())
                && isInTime(stored.effectiveTime())
                && isOfResource(event.resource())
                && mentionsText(event)
                && condition.test(stored);
    }

    private static <T> boolean isAny(Collection<T> values, T value) {
        return values.isEmpty() || values.contains(value);
    }

    private static boolean isAnyGiven(Set<String> values, @Nullable String value) {
        return values.isEmpty() || (value != null && values.contains(value));
    }

    private boolean isInTime(Instant time) {
        Instant from = filter.from();
        Instant to = filter.to();
        return (from == null || !time.isBefore(from)) && (to == null || time.isBefore(to));
    }

    private boolean isOfResource(String resource) {
        return (filter.resources().isEmpty() && filter.resourcePrefixes().isEmpty())
                || filter.resources().contains(resource)
                || filter.resourcePrefixes().stream().anyMatch(resource::startsWith);
    }

    private boolean mentionsText(AuditEvent event) {
        return resourceTexts.isEmpty()
                || resourceTexts.stream().anyMatch(text -> text.isIn(event.resource()))
                || metadataTexts.stream().anyMatch(text -> text.isIn(event.metadata()));
    }
}
