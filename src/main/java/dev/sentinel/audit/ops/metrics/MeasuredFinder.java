package dev.sentinel.audit.ops.metrics;

import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.ops.metrics.QueryDurations.Query;
import dev.sentinel.audit.store.AgentEvents;
import dev.sentinel.audit.store.EventFinder;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.FoundEvents;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.UUID;

/** Measures every query of a finder with {@link QueryDurations}. */
final class MeasuredFinder implements EventFinder {
    private final EventFinder finder;
    private final QueryDurations durations;

    MeasuredFinder(EventFinder finder, QueryDurations durations) {
        this.finder = finder;
        this.durations = durations;
    }

    @Override
    public Future<Optional<StoredEvent>> find(UUID eventId) {
        return durations.measure(Query.FIND, () -> finder.find(eventId));
    }

    @Override
    public Future<FoundEvents> search(EventQuery query) {
        return durations.measure(Query.SEARCH, () -> finder.search(query));
    }

    @Override
    public Future<AgentEvents> agentEvents(String agentInstanceId, EventQuery query) {
        return durations.measure(Query.AGENT_EVENTS, () -> finder.agentEvents(agentInstanceId, query));
    }

    @Override
    public Future<Long> snapshotBound() {
        return durations.measure(Query.SNAPSHOT_BOUND, finder::snapshotBound);
    }

    @Override
    public Future<String> revision() {
        return durations.measure(Query.REVISION, finder::revision);
    }
}
