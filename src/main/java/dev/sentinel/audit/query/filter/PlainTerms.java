package dev.sentinel.audit.query.filter;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.Condition;
import dev.sentinel.audit.store.EventFilter;
import dev.sentinel.audit.store.TextMember;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Adds a condition to a filter: what the other components can express goes there, where a store finds it by an index,
 * and only the rest is evaluated event by event.
 */
public final class PlainTerms {
    /** Of each value, a store makes a walk of its own. */
    private static final int MAX_VALUES = 20;

    private EventFilter filter;

    private PlainTerms(EventFilter plain) {
        this.filter = plain;
    }

    /** The filter that passes the events that pass this one, which has no condition, and meet the condition. */
    public static EventFilter narrowed(EventFilter plain, Condition condition) {
        PlainTerms terms = new PlainTerms(plain);
        List<Condition> rest = new ArrayList<>();
        for (Condition part : condition instanceof Condition.And and ? and.all() : List.of(condition)) {
            if (!terms.takes(part)) {
                rest.add(part);
            }
        }
        if (rest.isEmpty()) {
            return terms.filter;
        }
        Condition remaining = rest.size() == 1 ? rest.get(0) : new Condition.And(rest);
        return terms.filter.with(filter -> filter.condition(remaining));
    }

    private boolean takes(Condition part) {
        if (part instanceof Condition.Time time) {
            Instant from = later(filter.from(), time.from());
            Instant to = earlier(filter.to(), time.to());
            filter = filter.with(changed -> changed.from(from).to(to));
            return true;
        }
        return takes(part, TextMember.AGENT, filter.agentInstanceIds(), EventFilter.Builder::agentInstanceIds)
                || takes(part, TextMember.TRACE, filter.traceIds(), EventFilter.Builder::traceIds)
                || takes(part, TextMember.SESSION, filter.sessionIds(), EventFilter.Builder::sessionIds)
                || takes(part, TextMember.ON_BEHALF_OF, filter.onBehalfOf(), EventFilter.Builder::onBehalfOf)
                // With prefixes, either may match.
                || (filter.resourcePrefixes().isEmpty()
                        && takes(part, TextMember.RESOURCE, filter.resources(), EventFilter.Builder::resources))
                || takes(
                        values(part, PlainTerms::actor, EnumSet.allOf(ActorType.class)),
                        filter.actors(),
                        EventFilter.Builder::actors)
                || takes(
                        values(part, PlainTerms::action, EnumSet.allOf(ActionType.class)),
                        filter.actionTypes(),
                        EventFilter.Builder::actionTypes)
                || takes(
                        values(part, PlainTerms::status, EnumSet.allOf(EventStatus.class)),
                        filter.statuses(),
                        EventFilter.Builder::statuses);
    }

    @FunctionalInterface
    private interface Setter<T> {
        EventFilter.Builder set(EventFilter.Builder builder, Set<T> values);
    }

    private boolean takes(Condition part, TextMember member, Set<String> known, Setter<String> setter) {
        return takes(values(part, leaf -> text(leaf, member), Set.of()), known, setter);
    }

    private <T> boolean takes(Optional<Set<T>> values, Set<T> known, Setter<T> setter) {
        if (values.isEmpty()) {
            return false;
        }
        Set<T> both = new HashSet<>(values.get());
        if (!known.isEmpty()) {
            both.retainAll(known);
        }
        // An empty set would be no condition.
        if (both.isEmpty() || both.size() > MAX_VALUES) {
            return false;
        }
        Consumer<EventFilter.Builder> change = builder -> setter.set(builder, both);
        filter = filter.with(change);
        return true;
    }

    /**
     * The values of one member of which an event must have one; empty if that is not what the condition says.
     *
     * @param all all values that there are; empty if they cannot be listed
     */
    private static <T> Optional<Set<T>> values(Condition condition, Function<Condition, @Nullable T> leaf, Set<T> all) {
        T value = leaf.apply(condition);
        if (value != null) {
            return Optional.of(Set.of(value));
        }
        if (condition instanceof Condition.Not not && !all.isEmpty()) {
            return values(not.negated(), leaf, all).map(excluded -> {
                Set<T> others = new HashSet<>(all);
                others.removeAll(excluded);
                return others;
            });
        }
        if (condition instanceof Condition.Or or) {
            Set<T> any = new HashSet<>();
            for (Condition one : or.any()) {
                Optional<Set<T>> values = values(one, leaf, all);
                if (values.isEmpty()) {
                    return Optional.empty();
                }
                any.addAll(values.get());
            }
            return Optional.of(any);
        }
        return Optional.empty();
    }

    private static @Nullable String text(Condition leaf, TextMember member) {
        return leaf instanceof Condition.Text text
                        && text.member() == member
                        && text.pattern().isExact()
                ? text.pattern().first()
                : null;
    }

    private static @Nullable ActorType actor(Condition leaf) {
        return leaf instanceof Condition.Actor actor ? actor.type() : null;
    }

    private static @Nullable ActionType action(Condition leaf) {
        return leaf instanceof Condition.Action action ? action.type() : null;
    }

    private static @Nullable EventStatus status(Condition leaf) {
        return leaf instanceof Condition.Status status ? status.status() : null;
    }

    private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
        return one == null || (other != null && other.isAfter(one)) ? other : one;
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        return one == null || (other != null && other.isBefore(one)) ? other : one;
    }
}
