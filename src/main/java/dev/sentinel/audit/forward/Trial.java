package dev.sentinel.audit.forward;

import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.store.RefusedEvent;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** What an administrator tries by hand, on the server that is asked, whichever delivers. Any thread. */
final class Trial {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** So that an answer comes in time. */
    private static final int MAX_RETRIED = 100;

    private final ForwardParts parts;

    Trial(ForwardParts parts) {
        this.parts = parts;
    }

    /** Tests a destination on the path that deliveries take. Succeeds with what came of it. */
    Future<JsonObject> test(String id, Definition definition) {
        long began = System.nanoTime();
        return with(id, definition, Destination::test)
                .map(done -> new JsonObject().put("ok", true).putNull("error"))
                .otherwise(cause -> new JsonObject().put("ok", false).put("error", reason(cause)))
                .map(answer -> answer.put("ms", (System.nanoTime() - began) / 1_000_000));
    }

    private <T> Future<T> with(String id, Definition definition, Function<Destination, Future<T>> work) {
        return parts.opener()
                .open(id, definition)
                .compose(destination -> Calls.of(() -> work.apply(destination))
                        .timeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                        .eventually(() -> Calls.of(destination::close)));
    }

    private static String reason(Throwable cause) {
        return cause instanceof DeliveryException || cause instanceof IllegalArgumentException
                ? String.valueOf(cause.getMessage())
                : cause.getClass().getSimpleName();
    }

    /** Counts what became of refused events that were delivered again. */
    private static final class Tally {
        int delivered;
        int refused;
    }

    /** Delivers refused events again, in their order, each alone. Stops when the destination is away. */
    Future<JsonObject> retry(String id, Definition definition) {
        Tally tally = new Tally();
        return parts.store()
                .refused(id)
                .compose(events -> with(
                                id,
                                definition,
                                destination -> retry(
                                        id,
                                        destination,
                                        events.stream().limit(MAX_RETRIED).toList(),
                                        tally))
                        .map(done -> answer(tally, events.size()).putNull("error"))
                        .otherwise(cause -> answer(tally, events.size()).put("error", reason(cause))));
    }

    private static JsonObject answer(Tally tally, int all) {
        return new JsonObject()
                .put("delivered", tally.delivered)
                .put("refused", tally.refused)
                .put("left", all - tally.delivered);
    }

    private Future<Void> retry(String id, Destination destination, List<RefusedEvent> events, Tally tally) {
        Future<Void> done = Future.succeededFuture();
        for (RefusedEvent event : events) {
            done = done.compose(before -> parts.log().read(event.seq(), 1))
                    .compose(found -> deliver(id, destination, found, tally));
        }
        return done;
    }

    private Future<Void> deliver(String id, Destination destination, List<StoredEvent> found, Tally tally) {
        if (found.isEmpty()) {
            return Future.succeededFuture();
        }
        long seq = found.get(0).seq();
        return destination.deliver(new Batch(found, seq, seq + 1)).compose(delivery -> {
            if (delivery instanceof Delivery.Refused) {
                tally.refused++;
                return Future.succeededFuture();
            }
            tally.delivered++;
            return parts.store().forget(id, seq);
        });
    }
}
