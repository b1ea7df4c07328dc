package dev.sentinel.audit.query;

import dev.sentinel.audit.http.Caller;
import dev.sentinel.audit.http.inflight.Budget;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.store.EventFilter;
import dev.sentinel.audit.store.LogReader;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers {@code GET /v1/events?order=seq}: the events after a position, in the order of the log, for clients that
 * cannot hold a stream. Positions have no gaps and never change, so such a client misses no event and gets none twice,
 * as it would if it paged by time. If there is none yet, a request may wait for the next one.
 *
 * <p>A request that waits holds its connection and a place in {@link #waiting}, and nothing else: no memory for its
 * answer, no place of a search, and no thread. Any thread.
 */
public final class LogPolls {
    /** Below the timeouts of clients and proxies. */
    private static final int MAX_WAIT_SECONDS = 20;

    /** Reads at a time, so that many polls do not monopolize the database. */
    private static final int MAX_READS = 2;

    /** Longer than all queued reads need. */
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);

    /** How long a request tries to get a place; it is answered at once if it finds none. */
    private static final Duration PLACE_TIMEOUT = Duration.ofMillis(500);

    private final Vertx vertx;
    private final LogReader log;
    private final AnswerLimits limits;
    private final Duration longestWait;
    private final Budget reads;
    private final Budget waiting;
    private final Set<Runnable> onGrowth = ConcurrentHashMap.newKeySet();

    // Volatile: read on every event loop.
    private volatile boolean ending;

    /**
     * Creates it for the life of the process.
     *
     * @param maxWaiting requests that wait at a time; others are answered at once
     * @param idleTimeout a connection without traffic for this time is closed
     * @param registry where requests that wait are counted
     */
    public LogPolls(
            Vertx vertx,
            LogReader log,
            AnswerLimits limits,
            int maxWaiting,
            Duration idleTimeout,
            MeterRegistry registry) {
        this.vertx = vertx;
        this.log = log;
        this.limits = limits;
        this.longestWait = idleTimeout.multipliedBy(2).dividedBy(3);
        this.reads = new Budget(vertx, "log reads", MAX_READS, READ_TIMEOUT);
        this.waiting = new Budget(vertx, "waiting polls", maxWaiting, PLACE_TIMEOUT);
        waiting.register(registry, "sentinel.polls.waiting", "Requests that wait for the next event.");
        log.onSequenced(end -> wake());
    }

    /** Answers all requests that wait, and lets none wait any more. */
    public void end() {
        ending = true;
        wake();
    }

    private void wake() {
        onGrowth.forEach(Runnable::run);
    }

    void answer(RoutingContext ctx) {
        QueryParameters parameters = QueryParameters.of(ctx);
        ListOrder.of(parameters);
        int limit = parameters.limit();
        EventFilter filter = EventFilters.live(parameters);
        long after = parameters.position("after").orElse(-1);
        Duration wait = Duration.ofSeconds(parameters.number("wait", 0, MAX_WAIT_SECONDS, 0));
        boolean sealed = parameters.flag(EventJson.SEAL);
        parameters.finish();
        Duration bounded = wait.compareTo(longestWait) < 0 ? wait : longestWait;
        new LogPoll(this, ctx, new LogPoll.Wanted(filter, sealed, limit, after), bounded).start();
    }

    Vertx vertx() {
        return vertx;
    }

    LogReader log() {
        return log;
    }

    AnswerLimits limits() {
        return limits;
    }

    Budget reads() {
        return reads;
    }

    Budget waiting() {
        return waiting;
    }

    /** The name under which bounds count the client of a request. */
    static String client(RoutingContext ctx) {
        return Caller.client(ctx);
    }

    /** Runs an action, on any thread and perhaps often, when the log has grown or the server stops. */
    void whenGrown(Runnable action) {
        onGrowth.add(action);
    }

    void forget(Runnable action) {
        onGrowth.remove(action);
    }

    boolean isEnding() {
        return ending;
    }
}
