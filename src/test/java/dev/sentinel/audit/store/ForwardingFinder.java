package dev.sentinel.audit.store;

import dev.sentinel.audit.event.StoredEvent;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.UUID;

/** A finder that asks another one; tests override what they bend. */
public abstract class ForwardingFinder implements EventFinder {
    private final EventFinder finder;

    protected ForwardingFinder(EventFinder finder) {
        this.finder = finder;
    }

    @Override
    public Future<Optional<StoredEvent>> find(UUID eventId) {
        return finder.find(eventId);
    }

    @Override
    public Future<FoundEvents> search(EventQuery query) {
        return finder.search(query);
    }

    @Override
    public Future<AgentEvents> agentEvents(String agentInstanceId, EventQuery query) {
        return finder.agentEvents(agentInstanceId, query);
    }

    @Override
    public Future<String> revision() {
        return finder.revision();
    }

    @Override
    public Future<Long> snapshotBound() {
        return finder.snapshotBound();
    }
}
