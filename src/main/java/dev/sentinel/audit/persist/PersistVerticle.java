package dev.sentinel.audit.persist;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.failure.OutageLog;
import dev.sentinel.audit.failure.Overloaded;
import dev.sentinel.audit.store.EventAppender;
import dev.sentinel.audit.store.Outcome;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@link Append}: queues the requests, hands them to the store in batches, as many at a time as it takes, and
 * replies when their batch is durable. Runs on an event loop; one instance.
 */
public final class PersistVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(PersistVerticle.class);

    /** A message and the promise of its reply. */
    private record Waiting(Append append, Promise<Appended> reply) {}

    private final EventAppender appender;
    private final int maxBatchEvents;
    private final int capacity;
    private final BatchQueue<Waiting> queue;
    private final Promise<Void> drained = Promise.promise();
    private final OutageLog outage = OutageLog.error(
            LOG, "store failed status=503 effect=\"clients retry\"", "store available again failed_requests={}");
    private @Nullable MessageConsumer<Append> consumer;
    private int committing;
    private boolean stopping;
    /** The number of requests that have failed since the outage began. */
    private long failedRequests;

    /**
     * Creates a verticle, which must be deployed once.
     *
     * @param capacity events that may wait; at least what admission lets in, so that it refuses only in an emergency
     * @param maxBatchEvents events handed to the store at once (more only if one request holds more)
     */
    public PersistVerticle(EventAppender appender, int capacity, int maxBatchEvents) {
        this.appender = appender;
        this.capacity = capacity;
        this.maxBatchEvents = maxBatchEvents;
        this.queue = new BatchQueue<>(capacity);
    }

    @Override
    public Future<?> start() {
        consumer = Append.ADDRESS.serve(vertx.eventBus(), this::enqueue);
        return Future.succeededFuture();
    }

    /** Takes no more requests and completes when every accepted one is answered. */
    @Override
    public Future<?> stop() {
        stopping = true;
        completeIfDrained();
        Future<Void> unregistered = consumer == null ? Future.succeededFuture() : consumer.unregister();
        return unregistered.compose(done -> drained.future());
    }

    /** Events that wait to be handed to the store. Any thread. */
    public int depth() {
        return queue.depth();
    }

    /** Events that may wait. Any thread. */
    public int capacity() {
        return capacity;
    }

    private Future<Appended> enqueue(Append append) {
        Waiting waiting = new Waiting(append, Promise.promise());
        if (!queue.offer(waiting, append.events().size())) {
            return Future.failedFuture(new Overloaded("the queue of events is full"));
        }
        commitNext();
        return waiting.reply.future();
    }

    private void commitNext() {
        if (committing == appender.parallelAppends()) {
            return;
        }
        if (queue.isEmpty()) {
            completeIfDrained();
            return;
        }
        committing++;
        List<Waiting> batch = queue.drain(maxBatchEvents);
        List<AuditEvent> events = new ArrayList<>();
        batch.forEach(waiting -> events.addAll(waiting.append.events()));
        long started = System.nanoTime();
        appender.append(events).onComplete(result -> {
            committing--;
            complete(batch, result);
            if (result.succeeded()) {
                publish(requests(batch), result.result(), System.nanoTime() - started);
            }
            commitNext();
        });
    }

    private void complete(List<Waiting> batch, AsyncResult<List<Outcome>> result) {
        if (result.failed()) {
            logFailure(requests(batch), result.cause());
            batch.forEach(waiting -> waiting.reply.fail(result.cause()));
            return;
        }
        logRecovery();
        List<Outcome> outcomes = result.result();
        int from = 0;
        for (Waiting waiting : batch) {
            int to = from + waiting.append.events().size();
            waiting.reply.complete(new Appended(outcomes.subList(from, to)));
            from = to;
        }
    }

    private static int requests(List<Waiting> batch) {
        return batch.stream().mapToInt(waiting -> waiting.append.requests()).sum();
    }

    /** Logs an outage once: under load, every batch fails. */
    private void logFailure(int requests, Throwable cause) {
        // Overload is counted and logged where the client is refused.
        if (cause instanceof Overloaded) {
            return;
        }
        outage.failed(cause);
        failedRequests += requests;
    }

    private void logRecovery() {
        outage.succeeded(failedRequests);
        failedRequests = 0;
    }

    private void publish(int requests, List<Outcome> outcomes, long nanos) {
        int captured = 0;
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Outcome.Captured) {
                captured++;
            }
        }
        Committed.ADDRESS.publish(vertx.eventBus(), new Committed(captured, outcomes.size(), requests, nanos));
    }

    private void completeIfDrained() {
        if (stopping && committing == 0 && queue.isEmpty()) {
            drained.tryComplete();
        }
    }
}
