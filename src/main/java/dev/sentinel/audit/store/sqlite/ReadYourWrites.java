package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.store.AgentEvents;
import dev.sentinel.audit.store.AgentSummary;
import dev.sentinel.audit.store.EventFinder;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.FoundEvents;
import dev.sentinel.audit.store.Page;
import dev.sentinel.audit.store.Position;
import dev.sentinel.audit.store.SessionSummary;
import dev.sentinel.audit.store.Stats;
import dev.sentinel.audit.store.StatsQuery;
import dev.sentinel.audit.store.Summaries;
import dev.sentinel.audit.store.Tally;
import dev.sentinel.audit.store.TallyQuery;
import dev.sentinel.audit.store.TraceQuery;
import dev.sentinel.audit.store.TraceSummary;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Decorates the queries of the index. Each query first waits until the index has every event that was durable when the
 * query arrived, and fails with {@link Unavailable} if that takes too long. Any thread; waiting blocks none.
 */
final class ReadYourWrites implements EventFinder, Summaries {
    private static final long TIMEOUT_MS = 5_000;

    private final Vertx vertx;
    private final IndexBacklog backlog;
    private final EventFinder finder;
    private final Summaries summaries;

    ReadYourWrites(Vertx vertx, IndexBacklog backlog, EventFinder finder, Summaries summaries) {
        this.vertx = vertx;
        this.backlog = backlog;
        this.finder = finder;
        this.summaries = summaries;
    }

    @Override
    public Future<Optional<StoredEvent>> find(UUID eventId) {
        return afterWrites(() -> finder.find(eventId));
    }

    @Override
    public Future<FoundEvents> search(EventQuery query) {
        return afterWrites(() -> finder.search(query));
    }

    @Override
    public Future<AgentEvents> agentEvents(String agentInstanceId, EventQuery query) {
        return afterWrites(() -> finder.agentEvents(agentInstanceId, query));
    }

    /** Does not wait: the bound comes from the log, and each query below it waits on its own. */
    @Override
    public Future<Long> snapshotBound() {
        return finder.snapshotBound();
    }

    /** Does not wait: it comes from the log, and each query after it waits on its own. */
    @Override
    public Future<String> revision() {
        return finder.revision();
    }

    @Override
    public Future<Optional<AgentSummary>> agent(String agentInstanceId) {
        return afterWrites(() -> summaries.agent(agentInstanceId));
    }

    @Override
    public Future<Page<AgentSummary, String>> agents(String prefix, Optional<String> after, int limit) {
        return afterWrites(() -> summaries.agents(prefix, after, limit));
    }

    @Override
    public Future<Optional<TraceSummary>> trace(String traceId, String agentPrefix) {
        return afterWrites(() -> summaries.trace(traceId, agentPrefix));
    }

    @Override
    public Future<Page<TraceSummary, Position>> traces(TraceQuery query) {
        return afterWrites(() -> summaries.traces(query));
    }

    @Override
    public Future<Optional<SessionSummary>> session(String sessionId, String agentPrefix) {
        return afterWrites(() -> summaries.session(sessionId, agentPrefix));
    }

    @Override
    public Future<Stats> stats(StatsQuery query) {
        return afterWrites(() -> summaries.stats(query));
    }

    @Override
    public Future<Tally> tally(TallyQuery query) {
        return afterWrites(() -> summaries.tally(query));
    }

    private <T> Future<T> afterWrites(Supplier<Future<T>> query) {
        Future<Void> caughtUp = backlog.caughtUp();
        if (caughtUp.succeeded()) {
            return query.get();
        }
        Future<Void> ready = caughtUp.timeout(TIMEOUT_MS, TimeUnit.MILLISECONDS).recover(late -> {
            backlog.forget(caughtUp);
            return Future.failedFuture(new Unavailable("the index is behind the log"));
        });
        // The index writer's thread completes the wait; the query and its answer belong to the caller's context.
        return onCallersContext(ready).compose(done -> query.get());
    }

    private <T> Future<T> onCallersContext(Future<T> future) {
        Promise<T> promise = Promise.promise();
        Context context = vertx.getOrCreateContext();
        future.onComplete(result -> context.runOnContext(now -> promise.handle(result)));
        return promise.future();
    }
}
