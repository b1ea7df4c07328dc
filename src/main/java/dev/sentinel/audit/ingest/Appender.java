package dev.sentinel.audit.ingest;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.persist.Append;
import dev.sentinel.audit.persist.Appended;
import dev.sentinel.audit.persist.Inbox;
import dev.sentinel.audit.store.Outcome;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends events to the persistence. All requests of one event loop iteration share a message: under load, a message and
 * waking another thread cost more than most events. One event loop.
 */
public final class Appender {
    /** Shorter than the timeouts of clients and proxies. */
    private static final Duration CLIENT_TIMEOUT = Duration.ofSeconds(20);

    /** A request and the promise of its outcomes. */
    private record PendingRequest(List<AuditEvent> events, Promise<List<Outcome>> outcomes, Runnable onTimeout) {}

    private final Vertx vertx;
    private final Inbox inbox;
    private final int maxEvents;
    private List<PendingRequest> pending = new ArrayList<>();
    private int pendingEvents;

    /** Must be created on the event loop that calls it. */
    Appender(Vertx vertx, Inbox inbox, int maxEvents) {
        this.vertx = vertx;
        this.inbox = inbox;
        this.maxEvents = maxEvents;
    }

    /**
     * Completes when the store has answered, however late: until then the store holds the events in memory.
     *
     * @param onTimeout runs when the client's timeout has passed
     */
    Future<List<Outcome>> append(List<AuditEvent> events, Runnable onTimeout) {
        if (pendingEvents + events.size() > maxEvents) {
            send();
        }
        if (pending.isEmpty()) {
            vertx.runOnContext(iterationEnded -> send());
        }
        PendingRequest request = new PendingRequest(events, Promise.promise(), onTimeout);
        pending.add(request);
        pendingEvents += events.size();
        return request.outcomes.future();
    }

    private void send() {
        if (pending.isEmpty()) {
            return;
        }
        List<PendingRequest> requests = pending;
        List<AuditEvent> events = new ArrayList<>(pendingEvents);
        requests.forEach(request -> events.addAll(request.events));
        pending = new ArrayList<>();
        pendingEvents = 0;
        long timer =
                vertx.setTimer(CLIENT_TIMEOUT.toMillis(), late -> requests.forEach(request -> request.onTimeout.run()));
        inbox.append(new Append(events, requests.size())).onComplete(result -> {
            vertx.cancelTimer(timer);
            complete(requests, result);
        });
    }

    private static void complete(List<PendingRequest> requests, AsyncResult<Appended> result) {
        int from = 0;
        for (PendingRequest request : requests) {
            int to = from + request.events.size();
            if (result.succeeded()) {
                request.outcomes.complete(result.result().outcomes().subList(from, to));
            } else {
                request.outcomes.fail(result.cause());
            }
            from = to;
        }
    }
}
