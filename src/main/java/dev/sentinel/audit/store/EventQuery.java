package dev.sentinel.audit.store;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.time.Instant;
import java.util.Set;
import java.util.function.Consumer;
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
 * @param snapshotBound only events whose arrival is smaller, as {@link EventStore#snapshotBound} tells it; null is
 *     unbounded
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
        @Nullable Long snapshotBound,
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
        return changed(draft -> draft.agentInstanceIds = ids);
    }

    public EventQuery withAgentPrefix(String prefix) {
        return changed(draft -> draft.agentPrefix = prefix);
    }

    public EventQuery withTraces(Set<String> ids) {
        return changed(draft -> draft.traceIds = ids);
    }

    public EventQuery withResources(Set<String> exactly, Set<String> prefixes) {
        return changed(draft -> {
            draft.resources = exactly;
            draft.resourcePrefixes = prefixes;
        });
    }

    public EventQuery withOrder(Order newOrder) {
        return changed(draft -> draft.order = newOrder);
    }

    public EventQuery after(@Nullable Position position) {
        return changed(draft -> draft.after = position);
    }

    public EventQuery withSnapshotBound(long arrival) {
        return changed(draft -> draft.snapshotBound = arrival);
    }

    private EventQuery changed(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.finished(this);
    }

    /** What a query may differ in from the one that it is made of; so that a new filter is copied in one place. */
    private static final class Draft {
        private String agentPrefix;
        private Set<String> agentInstanceIds;
        private Set<String> traceIds;
        private Set<String> resources;
        private Set<String> resourcePrefixes;
        private @Nullable Long snapshotBound;
        private Order order;
        private @Nullable Position after;

        Draft(EventQuery query) {
            agentPrefix = query.agentPrefix;
            agentInstanceIds = query.agentInstanceIds;
            traceIds = query.traceIds;
            resources = query.resources;
            resourcePrefixes = query.resourcePrefixes;
            snapshotBound = query.snapshotBound;
            order = query.order;
            after = query.after;
        }

        EventQuery finished(EventQuery query) {
            return new EventQuery(
                    agentPrefix,
                    agentInstanceIds,
                    traceIds,
                    query.actors,
                    query.actionTypes,
                    query.statuses,
                    resources,
                    resourcePrefixes,
                    query.texts,
                    query.from,
                    query.to,
                    snapshotBound,
                    order,
                    after,
                    query.limit);
        }
    }
}
