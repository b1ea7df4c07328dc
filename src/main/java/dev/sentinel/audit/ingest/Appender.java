package dev.sentinel.audit.ingest;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.persist.Append;
import dev.sentinel.audit.persist.Appended;
import dev.sentinel.audit.store.Outcome;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Hands events on to be stored. All requests of one turn of the event loop share a message: under load, a message and
 * the waking of another thread cost more than most events. One event loop.
 */
final class Appender {
    /** Shorter than clients and proxies wait. */
    private static final Duration CLIENT_TIMEOUT = Duration.ofSeconds(20);

    /** The store always answers, unless its disk hangs. */
    private static final Duration UNTIL_ANSWERED = Duration.ofDays(1);

    /** A request, and who waits for its outcomes. */
    private record Waiting(List<AuditEvent> events, Promise<List<Outcome>> outcomes, Runnable onLate) {}

    private final Vertx vertx;
    private final int maxEvents;
    private List<Waiting> gathered = new ArrayList<>();
    private int gatheredEvents;

    /** Makes one for the event loop that will call it. */
    Appender(Vertx vertx, int maxEvents) {
        this.vertx = vertx;
        this.maxEvents = maxEvents;
    }

    /**
     * Completes when the store has answered, however late that is: until then it holds the events in memory.
     *
     * @param onLate is run when the client has waited long enough
     */
    Future<List<Outcome>> append(List<AuditEvent> events, Runnable onLate) {
        if (gatheredEvents + events.size() > maxEvents) {
            send();
        }
        if (gathered.isEmpty()) {
            vertx.runOnContext(turnEnded -> send());
        }
        Waiting waiting = new Waiting(events, Promise.promise(), onLate);
        gathered.add(waiting);
        gatheredEvents += events.size();
        return waiting.outcomes.future();
    }

    private void send() {
        if (gathered.isEmpty()) {
            return;
        }
        List<Waiting> requests = gathered;
        List<AuditEvent> events = new ArrayList<>(gatheredEvents);
        requests.forEach(request -> events.addAll(request.events));
        gathered = new ArrayList<>();
        gatheredEvents = 0;
        long timer =
                vertx.setTimer(CLIENT_TIMEOUT.toMillis(), late -> requests.forEach(request -> request.onLate.run()));
        Append.ADDRESS
                .request(vertx.eventBus(), new Append(events, requests.size()), UNTIL_ANSWERED)
                .onComplete(result -> {
                    vertx.cancelTimer(timer);
                    complete(requests, result);
                });
    }

    private static void complete(List<Waiting> requests, AsyncResult<Appended> result) {
        int from = 0;
        for (Waiting request : requests) {
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
