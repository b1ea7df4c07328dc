package dev.sentinel.audit.query.stream;

import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.http.inflight.Budget;
import dev.sentinel.audit.store.EventStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads the log for streams that resume: a few at a time and in turn, so that any number of them, and a filter that
 * lets nothing pass, leave the database and the event loops to others. Any thread.
 */
final class LogReads {
    private static final int AT_A_TIME = 2;

    /** Longer than all streams need that may be in line. */
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final EventStore store;
    private final Budget permits;

    LogReads(Vertx vertx, EventStore store) {
        this.store = store;
        this.permits = new Budget(vertx, "readings of the log", AT_A_TIME, TIMEOUT);
    }

    /**
     * Shows the next events of the log, none at its end, on the caller's context. They are not to be kept: only while
     * they are being looked at, the number of those who do so is bounded.
     */
    Future<Void> read(long from, int limit, Consumer<List<StoredEvent>> look) {
        return permits.take(1)
                .compose(turn -> store.read(from, limit)
                        .<Void>map(events -> {
                            look.accept(events);
                            return null;
                        })
                        .onComplete(done -> turn.release()));
    }

    /** Whether the log has an event there. */
    Future<Boolean> has(long position) {
        return permits.take(1)
                .compose(turn ->
                        store.read(position, 1).map(found -> !found.isEmpty()).onComplete(done -> turn.release()));
    }
}
