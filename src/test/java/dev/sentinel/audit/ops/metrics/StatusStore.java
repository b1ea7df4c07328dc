package dev.sentinel.audit.ops.metrics;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.store.AgentEvents;
import dev.sentinel.audit.store.AgentSummary;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.EventStore;
import dev.sentinel.audit.store.FoundEvents;
import dev.sentinel.audit.store.Outcome;
import dev.sentinel.audit.store.Page;
import dev.sentinel.audit.store.Stats;
import dev.sentinel.audit.store.StatsQuery;
import dev.sentinel.audit.store.StoreStatus;
import dev.sentinel.audit.store.TraceSummary;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** A store of which only the status is known, and what a probe answers. Any thread. */
public final class StatusStore implements EventStore {
    private final AtomicInteger probes = new AtomicInteger();
    private volatile StoreStatus status;
    private volatile Supplier<Future<Void>> probe = Future::succeededFuture;

    public StatusStore(StoreStatus status) {
        this.status = status;
    }

    public void set(StoreStatus next) {
        status = next;
    }

    public void onProbe(Supplier<Future<Void>> answer) {
        probe = answer;
    }

    public int probes() {
        return probes.get();
    }

    @Override
    public StoreStatus status() {
        return status;
    }

    @Override
    public Future<Void> probe() {
        probes.incrementAndGet();
        return probe.get();
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }

    @Override
    public Future<List<Outcome>> append(List<AuditEvent> events) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int parallelAppends() {
        return 1;
    }

    @Override
    public Future<List<StoredEvent>> read(long fromSeq, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onSequenced(LongConsumer listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Long> snapshotBound() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Optional<StoredEvent>> find(UUID eventId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<FoundEvents> search(EventQuery query) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<AgentEvents> agentEvents(String agentInstanceId, EventQuery query) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Optional<AgentSummary>> agent(String agentInstanceId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Page<AgentSummary, String>> agents(String prefix, Optional<String> after, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Optional<TraceSummary>> trace(String traceId, String agentPrefix) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Stats> stats(StatsQuery query) {
        throw new UnsupportedOperationException();
    }
}
