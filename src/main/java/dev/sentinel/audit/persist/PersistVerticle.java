package dev.sentinel.audit.persist;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.failure.OutageLog;
import dev.sentinel.audit.failure.Overloaded;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.store.EventAppender;
import dev.sentinel.audit.store.Outcome;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@link Append}: queues the requests, hands them to the store in batches, as many at a time as it takes, and
 * replies when their batch is durable. One instance.
 *
 * <p>Works where the store writes, if that is a thread of this process, else on an event loop: each change of threads
 * costs as much as writing some events.
 */
public final class PersistVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(PersistVerticle.class);

    /** A message and the promise of its reply. */
    private record Waiting(Append append, Promise<Appended> reply) {}

    private final EventAppender appender;
    private final Inbox inbox;
    private final int maxBatchEvents;
    private final Consumer<Committed> onCommit;
    private final BatchQueue<Waiting> queue = new BatchQueue<>();
    private final Promise<Void> drained = Promise.promise();
    private final OutageLog outage = OutageLog.error(
            LOG, "store failed status=503 effect=\"clients retry\"", "store available again failed_requests={}");
    private @Nullable Context home;
    private @Nullable MessageConsumer<Append> consumer;
    private boolean scheduled;
    private int committing;
    private boolean stopping;
    /** The number of requests that have failed since the outage began. */
    private long failedRequests;

    /**
     * Creates a verticle, which must be deployed once.
     *
     * @param inbox the only sender of its messages
     * @param maxBatchEvents events handed to the store at once (more only if one request holds more)
     * @param onCommit called after every commit, on the thread of the commits
     */
    public PersistVerticle(EventAppender appender, Inbox inbox, int maxBatchEvents, Consumer<Committed> onCommit) {
        this.appender = appender;
        this.inbox = inbox;
        this.maxBatchEvents = maxBatchEvents;
        this.onCommit = onCommit;
    }

    @Override
    public Future<?> start() {
        Context chosen = appender.writerContext().orElse(context);
        home = chosen;
        Promise<Void> started = Promise.promise();
        chosen.runOnContext(now -> {
            consumer = Append.ADDRESS.serve(vertx.eventBus(), this::enqueue);
            started.complete();
        });
        return started.future();
    }

    /** Takes no more requests and completes when every accepted one is answered. */
    @Override
    public Future<?> stop() {
        Promise<Void> unregistered = Promise.promise();
        Objects.requireNonNull(home).runOnContext(now -> {
            stopping = true;
            completeIfDrained();
            Objects.requireNonNull(consumer).unregister().onComplete(unregistered);
        });
        return unregistered.future().compose(done -> drained.future());
    }

    private Future<Appended> enqueue(Append append) {
        Waiting waiting = new Waiting(append, Promise.promise());
        queue.add(waiting, append.events().size());
        scheduleCommit();
        return waiting.reply.future();
    }

    /** Commits after the messages that have arrived by now: one commit for all of them. */
    private void scheduleCommit() {
        if (!scheduled && committing < appender.parallelAppends() && !queue.isEmpty()) {
            scheduled = true;
            Objects.requireNonNull(home).runOnContext(now -> {
                scheduled = false;
                commit();
            });
        }
    }

    private void commit() {
        committing++;
        List<Waiting> batch = queue.drain(maxBatchEvents);
        scheduleCommit();
        List<AuditEvent> events = new ArrayList<>();
        batch.forEach(waiting -> events.addAll(waiting.append.events()));
        inbox.taken(events.size());
        long started = System.nanoTime();
        append(events).onComplete(result -> {
            long nanos = System.nanoTime() - started;
            committing--;
            complete(batch, result);
            if (result.succeeded()) {
                onCommit.accept(new Committed(events.size(), requests(batch), nanos));
            }
            scheduleCommit();
            completeIfDrained();
        });
    }

    /** A store should not throw. If it did, nobody who waits would ever be answered. */
    private Future<List<Outcome>> append(List<AuditEvent> events) {
        try {
            return appender.append(events);
        } catch (RuntimeException e) {
            return Future.failedFuture(new Unavailable("the store failed", e));
        }
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

    private void completeIfDrained() {
        if (stopping && committing == 0 && queue.isEmpty()) {
            drained.tryComplete();
        }
    }
}
