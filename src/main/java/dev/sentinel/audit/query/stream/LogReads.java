package dev.sentinel.audit.query.stream;

import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.http.inflight.Budget;
import dev.sentinel.audit.store.LogReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads the log for streams that resume. It runs a few reads at a time, in FIFO order, so that many resuming streams,
 * or a filter that matches nothing, do not monopolize the database and the event loops. Any thread.
 */
final class LogReads {
    private static final int MAX_CONCURRENT = 2;

    /** Longer than all queued streams need. */
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final LogReader log;
    private final Budget permits;

    LogReads(Vertx vertx, LogReader log) {
        this.log = log;
        this.permits = new Budget(vertx, "log reads", MAX_CONCURRENT, TIMEOUT);
    }

    /**
     * Passes the next events of the log, or none at its end, to the handler, on the caller's context. The handler must
     * not keep them: the number of concurrent reads is bounded only while it runs.
     *
     * @param client whose read it is; see {@link dev.sentinel.audit.http.Caller#client}
     */
    Future<Void> read(String client, long from, int limit, Consumer<List<StoredEvent>> handler) {
        return permits.take(client, 1)
                .compose(permit -> log.read(from, limit)
                        .<Void>map(events -> {
                            handler.accept(events);
                            return null;
                        })
                        .onComplete(done -> permit.release()));
    }

    /** Whether the log has an event at this position. */
    Future<Boolean> has(String client, long position) {
        return permits.take(client, 1)
                .compose(permit ->
                        log.read(position, 1).map(found -> !found.isEmpty()).onComplete(done -> permit.release()));
    }
}
