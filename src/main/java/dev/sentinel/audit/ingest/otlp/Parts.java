package dev.sentinel.audit.ingest.otlp;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.ingest.otlp.mapping.OtlpRequest;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;

/** Stores the events of a large request in parts while it is decoded, and waits for each. One worker. */
final class Parts {
    private static final int MAX_EVENTS = 500;

    /** Heap of the events of a part, which are in memory twice while they are stored. */
    private static final long MAX_WEIGHT = 2 << 20;

    private final OtlpRequest request;
    private final int maxEvents;
    private final Function<List<AuditEvent>, Future<Void>> store;
    private final Weight weight;

    /** @param maxBatch events that the client may send at once */
    Parts(OtlpRequest request, int maxBatch, Function<List<AuditEvent>, Future<Void>> store) {
        this.request = request;
        this.maxEvents = Math.min(MAX_EVENTS, maxBatch);
        this.store = store;
        this.weight = new Weight(request);
    }

    /** The events cannot be stored, so the rest need not be decoded. */
    static final class StoppedException extends RuntimeException {
        private final Throwable reason;

        StoppedException(Throwable reason) {
            super(null, reason, false, false);
            this.reason = reason;
        }

        Throwable reason() {
            return reason;
        }
    }

    /** Runs on an event loop, and fails if the action throws: a worker waits for it. Any thread. */
    static Future<Void> on(Context context, Supplier<Future<Void>> action) {
        Promise<Void> done = Promise.promise();
        context.runOnContext(now ->
                Future.<Void>succeededFuture().compose(ready -> action.get()).onComplete(done));
        return done.future();
    }

    /** Throws a {@link StoppedException} if a part was not stored. */
    void storeIfMany() {
        if (request.events().size() >= maxEvents || weight.bytes() >= MAX_WEIGHT) {
            storeAll();
        }
    }

    /** Also if there are none: what the request has cost so far is taken from the limits. */
    void storeAll() {
        weight.reset();
        try {
            store.apply(request.take())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
        } catch (ExecutionException e) {
            throw new StoppedException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException(e);
        }
    }
}
