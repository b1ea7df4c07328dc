package dev.sentinel.audit.store;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongConsumer;

/** A store that asks another one; tests override what they bend. */
public abstract class ForwardingStore implements EventStore {
    private final EventStore store;

    protected ForwardingStore(EventStore store) {
        this.store = store;
    }

    @Override
    public Future<List<Outcome>> append(List<AuditEvent> events) {
        return store.append(events);
    }

    @Override
    public int parallelAppends() {
        return store.parallelAppends();
    }

    @Override
    public Future<List<StoredEvent>> read(long fromSeq, int limit) {
        return store.read(fromSeq, limit);
    }

    @Override
    public void onSequenced(LongConsumer listener) {
        store.onSequenced(listener);
    }

    @Override
    public Future<Long> snapshotBound() {
        return store.snapshotBound();
    }

    @Override
    public Future<Optional<StoredEvent>> find(UUID eventId) {
        return store.find(eventId);
    }

    @Override
    public Future<FoundEvents> search(EventQuery query) {
        return store.search(query);
    }

    @Override
    public Future<AgentEvents> agentEvents(String agentInstanceId, EventQuery query) {
        return store.agentEvents(agentInstanceId, query);
    }

    @Override
    public Future<Optional<AgentSummary>> agent(String agentInstanceId) {
        return store.agent(agentInstanceId);
    }

    @Override
    public Future<Page<AgentSummary, String>> agents(String prefix, Optional<String> after, int limit) {
        return store.agents(prefix, after, limit);
    }

    @Override
    public Future<Optional<TraceSummary>> trace(String traceId, String agentPrefix) {
        return store.trace(traceId, agentPrefix);
    }

    @Override
    public Future<Stats> stats(StatsQuery query) {
        return store.stats(query);
    }

    @Override
    public StoreStatus status() {
        return store.status();
    }

    @Override
    public Future<Void> probe() {
        return store.probe();
    }

    @Override
    public Future<Void> close() {
        return store.close();
    }
}
