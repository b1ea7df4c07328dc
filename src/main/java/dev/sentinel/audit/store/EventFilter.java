package dev.sentinel.audit.store;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.time.Instant;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Selects events. An event must meet every condition; a condition with several values is met by any of them, and an
 * empty set is no condition. Built from {@link #ALL} by {@link #with}. Immutable.
 *
 * @param agentPrefix agent ids must begin with this; empty is no condition
 * @param resources exact resources; together with the prefixes this is one condition, and an event may meet either part
 * @param resourcePrefixes prefixes of resources, none of them empty
 * @param sessionIds session ids; an event without one does not pass
 * @param onBehalfOf persons or services that the agent acts for; an event without one does not pass
 * @param texts substrings of resource or metadata, as people see it or as its minified JSON text; ASCII letters match
 *     in either case
 * @param from smallest effective time ({@link dev.sentinel.audit.event.StoredEvent#effectiveTime}), inclusive; null is
 *     unbounded
 * @param to limit of the effective time, exclusive; null is unbounded
 * @param condition what the other components cannot express; null is no condition
 */
public record EventFilter(
        String agentPrefix,
        Set<String> agentInstanceIds,
        Set<String> traceIds,
        Set<String> sessionIds,
        Set<String> onBehalfOf,
        Set<ActorType> actors,
        Set<ActionType> actionTypes,
        Set<EventStatus> statuses,
        Set<String> resources,
        Set<String> resourcePrefixes,
        Set<String> texts,
        @Nullable Instant from,
        @Nullable Instant to,
        @Nullable Condition condition) {

    /** Matches every event. */
    public static final EventFilter ALL = new Builder().build();

    public EventFilter {
        agentInstanceIds = Set.copyOf(agentInstanceIds);
        traceIds = Set.copyOf(traceIds);
        sessionIds = Set.copyOf(sessionIds);
        onBehalfOf = Set.copyOf(onBehalfOf);
        actors = Set.copyOf(actors);
        actionTypes = Set.copyOf(actionTypes);
        statuses = Set.copyOf(statuses);
        resources = Set.copyOf(resources);
        resourcePrefixes = Set.copyOf(resourcePrefixes);
        texts = Set.copyOf(texts);
    }

    /** Whether it reads long texts of events, so that the cost of a search depends on their size. */
    public boolean readsTexts() {
        return !texts.isEmpty() || (condition != null && condition.textReads() > 0);
    }

    /** A copy with some conditions changed: each condition that {@code change} sets replaces the previous one. */
    public EventFilter with(Consumer<Builder> change) {
        Builder builder = new Builder()
                .agentPrefix(agentPrefix)
                .agentInstanceIds(agentInstanceIds)
                .traceIds(traceIds)
                .sessionIds(sessionIds)
                .onBehalfOf(onBehalfOf)
                .actors(actors)
                .actionTypes(actionTypes)
                .statuses(statuses)
                .resources(resources)
                .resourcePrefixes(resourcePrefixes)
                .texts(texts)
                .from(from)
                .to(to)
                .condition(condition);
        change.accept(builder);
        return builder.build();
    }

    /** Builds a filter; {@link EventFilter} describes the conditions. One thread. */
    public static final class Builder {
        private String agentPrefix = "";
        private Set<String> agentInstanceIds = Set.of();
        private Set<String> traceIds = Set.of();
        private Set<String> sessionIds = Set.of();
        private Set<String> onBehalfOf = Set.of();
        private Set<ActorType> actors = Set.of();
        private Set<ActionType> actionTypes = Set.of();
        private Set<EventStatus> statuses = Set.of();
        private Set<String> resources = Set.of();
        private Set<String> resourcePrefixes = Set.of();
        private Set<String> texts = Set.of();
        private @Nullable Instant from;
        private @Nullable Instant to;
        private @Nullable Condition condition;

        private Builder() {}

        public Builder agentPrefix(String prefix) {
            agentPrefix = prefix;
            return this;
        }

        public Builder agentInstanceIds(Set<String> anyOf) {
            agentInstanceIds = anyOf;
            return this;
        }

        public Builder traceIds(Set<String> anyOf) {
            traceIds = anyOf;
            return this;
        }

        public Builder sessionIds(Set<String> anyOf) {
            sessionIds = anyOf;
            return this;
        }

        public Builder onBehalfOf(Set<String> anyOf) {
            onBehalfOf = anyOf;
            return this;
        }

        public Builder actors(Set<ActorType> anyOf) {
            actors = anyOf;
            return this;
        }

        public Builder actionTypes(Set<ActionType> anyOf) {
            actionTypes = anyOf;
            return this;
        }

        public Builder statuses(Set<EventStatus> anyOf) {
            statuses = anyOf;
            return this;
        }

        public Builder resources(Set<String> anyOf) {
            resources = anyOf;
            return this;
        }

        public Builder resourcePrefixes(Set<String> anyOf) {
            resourcePrefixes = anyOf;
            return this;
        }

        public Builder texts(Set<String> anyOf) {
            texts = anyOf;
            return this;
        }

        public Builder from(@Nullable Instant inclusive) {
            from = inclusive;
            return this;
        }

        public Builder to(@Nullable Instant exclusive) {
            to = exclusive;
            return this;
        }

        public Builder condition(@Nullable Condition alsoMet) {
            condition = alsoMet;
            return this;
        }

        private EventFilter build() {
            return new EventFilter(
                    agentPrefix,
                    agentInstanceIds,
                    traceIds,
                    sessionIds,
                    onBehalfOf,
                    actors,
                    actionTypes,
                    statuses,
                    resources,
                    resourcePrefixes,
                    texts,
                    from,
                    to,
                    condition);
        }
    }
}
