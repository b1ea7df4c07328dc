package dev.sentinel.audit.store;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes a predicate of a condition, for events in memory. The time per event grows only with its length and the number
 * of conditions.
 */
final class ConditionMatcher implements Condition.Visitor<Predicate<StoredEvent>> {
    private ConditionMatcher() {}

    /** A predicate for any thread; every event passes if the condition is null. */
    static Predicate<StoredEvent> of(@Nullable Condition condition) {
        return condition == null ? event -> true : condition.accept(new ConditionMatcher());
    }

    @Override
    public Predicate<StoredEvent> and(List<Condition> all) {
        List<Predicate<StoredEvent>> each =
                all.stream().map(ConditionMatcher::of).toList();
        return event -> each.stream().allMatch(one -> one.test(event));
    }

    @Override
    public Predicate<StoredEvent> or(List<Condition> any) {
        List<Predicate<StoredEvent>> each =
                any.stream().map(ConditionMatcher::of).toList();
        return event -> each.stream().anyMatch(one -> one.test(event));
    }

    @Override
    public Predicate<StoredEvent> not(Condition negated) {
        return of(negated).negate();
    }

    @Override
    public Predicate<StoredEvent> text(TextMember member, TextPattern pattern) {
        PatternMatcher matcher = new PatternMatcher(pattern);
        return event -> {
            String text = member.of(event.event());
            return text != null && matcher.matches(text);
        };
    }

    @Override
    public Predicate<StoredEvent> metadata(List<String> path, TextPattern pattern) {
        MetadataPath place = new MetadataPath(path);
        PatternMatcher matcher = new PatternMatcher(pattern);
        return event -> {
            String value = place.valueIn(event.event().metadata());
            return value != null && matcher.matches(value);
        };
    }

    @Override
    public Predicate<StoredEvent> actor(ActorType type) {
        return event -> event.event().actor() == type;
    }

    @Override
    public Predicate<StoredEvent> action(ActionType type) {
        return event -> event.event().actionType() == type;
    }

    @Override
    public Predicate<StoredEvent> status(EventStatus status) {
        return event -> event.event().status() == status;
    }

    @Override
    public Predicate<StoredEvent> id(UUID eventId) {
        return event -> event.event().eventId().equals(eventId);
    }

    @Override
    public Predicate<StoredEvent> latency(int min, int max) {
        return event -> {
            Integer latencyMs = event.event().latencyMs();
            return latencyMs != null && latencyMs >= min && latencyMs <= max;
        };
    }

    @Override
    public Predicate<StoredEvent> time(@Nullable Instant from, @Nullable Instant to) {
        return event -> {
            Instant time = event.effectiveTime();
            return (from == null || !time.isBefore(from)) && (to == null || time.isBefore(to));
        };
    }

    @Override
    public Predicate<StoredEvent> redacted() {
        return event -> event.event().redacted() != null;
    }

    @Override
    public Predicate<StoredEvent> mentions(String text) {
        SoughtText sought = SoughtText.of(text);
        TextFinder inResource = TextFinder.ofAnyCase(sought.inResource());
        List<TextFinder> inMetadata =
                sought.inMetadata().stream().map(TextFinder::ofAnyCase).toList();
        return stored -> {
            AuditEvent event = stored.event();
            return inResource.isIn(event.resource())
                    || inMetadata.stream().anyMatch(form -> form.isIn(event.metadata()));
        };
    }
}
