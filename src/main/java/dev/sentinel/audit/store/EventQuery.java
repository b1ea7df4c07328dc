package dev.sentinel.audit.store;

import dev.sentinel.audit.event.ActionType;
import dev.sentinel.audit.event.ActorType;
import dev.sentinel.audit.event.EventStatus;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A search over events. All filters must hold; within one filter, any value; an empty set does not filter.
 *
 * @param agentPrefix the ids of agents begin with this; empty does not filter
 * @param resources exactly these; one filter with the prefixes: an event passes by either
 * @param resourcePrefixes resources that begin with one of these, none empty
 * @param texts substrings of resource or metadata (its minified JSON text); ASCII letters match in either case
 * @param from inclusive, by the event's timestamp; null is unbounded
 * @param to exclusive; null is unbounded
 * @param horizon only events whose arrival is smaller, as {@link EventStore#horizon} tells it; null is unbounded
 * @param after the page starts behind this position in the order of the query; null starts at the first
 * @param limit events a page at most, 1 to 1,000
 */
public record EventQuery(
        String agentPrefix,
        Set<String> agentInstanceIds,
        Set<String> traceIds,
        Set<ActorType> actors,
        Set<ActionType> actionTypes,
        Set<EventStatus> statuses,
        Set<String> resources,
        Set<String> resourcePrefixes,
        Set<String> texts,
        @Nullable Instant from,
        @Nullable Instant to,
        @Nullable Long horizon,
        Order order,
        @Nullable Position after,
        int limit) {

    /** By timestamp, equal timestamps by arrival. */
    public enum Order {
        NEWEST_FIRST,
        OLDEST_FIRST
    }

    public EventQuery {
        agentInstanceIds = Set.copyOf(agentInstanceIds);
        traceIds = Set.copyOf(traceIds);
        actors = Set.copyOf(actors);
        actionTypes = Set.copyOf(actionTypes);
        statuses = Set.copyOf(statuses);
        resources = Set.copyOf(resources);
        resourcePrefixes = Set.copyOf(resourcePrefixes);
        texts = Set.copyOf(texts);
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be positive: " + limit);
        }
    }

    /** Every event, newest first, from the first. */
    public static EventQuery all(int limit) {
        return new EventQuery(
                "",
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                null,
                null,
                null,
                Order.NEWEST_FIRST,
                null,
                limit);
    }

    public EventQuery withAgents(Set<String> ids) {
        return new EventQuery(
                agentPrefix,
                ids,
                traceIds,
                actors,
                actionTypes,
                statuses,
                resources,
                resourcePrefixes,
                texts,
                from,
                to,
                horizon,
                order,
                after,
                limit);
    }

    public EventQuery withAgentPrefix(String prefix) {
        return new EventQuery(
                prefix,
                agentInstanceIds,
                traceIds,
                actors,
                actionTypes,
                statuses,
                resources,
                resourcePrefixes,
                texts,
                from,
                to,
                horizon,
                order,
                after,
                limit);
    }

    public EventQuery withTraces(Set<String> ids) {
        return new EventQuery(
                agentPrefix,
                agentInstanceIds,
                ids,
                actors,
                actionTypes,
                statuses,
                resources,
                resourcePrefixes,
                texts,
                from,
                to,
                horizon,
                order,
                after,
                limit);
    }

    public EventQuery withResources(Set<String> exactly, Set<String> prefixes) {
        return new EventQuery(
                agentPrefix,
                agentInstanceIds,
                traceIds,
                actors,
                actionTypes,
                statuses,
                exactly,
                prefixes,
                texts,
                from,
                to,
                horizon,
                order,
                after,
                limit);
    }

    public EventQuery withOrder(Order newOrder) {
        return new EventQuery(
                agentPrefix,
                agentInstanceIds,
                traceIds,
                actors,
                actionTypes,
                statuses,
                resources,
                resourcePrefixes,
                texts,
                from,
                to,
                horizon,
                newOrder,
                after,
                limit);
    }

    public EventQuery after(@Nullable Position position) {
        return new EventQuery(
                agentPrefix,
                agentInstanceIds,
                traceIds,
                actors,
                actionTypes,
                statuses,
                resources,
                resourcePrefixes,
                texts,
                from,
                to,
                horizon,
                order,
                position,
                limit);
    }

    public EventQuery withHorizon(long arrival) {
        return new EventQuery(
                agentPrefix,
                agentInstanceIds,
                traceIds,
                actors,
                actionTypes,
                statuses,
                resources,
                resourcePrefixes,
                texts,
                from,
                to,
                arrival,
                order,
                after,
                limit);
    }
}
