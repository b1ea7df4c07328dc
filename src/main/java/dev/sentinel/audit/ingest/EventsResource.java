package dev.sentinel.audit.ingest;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.DecodedBody;
import dev.sentinel.audit.event.DecodedEvent;
import dev.sentinel.audit.event.EventReader;
import dev.sentinel.audit.event.MalformedJsonException;
import dev.sentinel.audit.event.TooManyEventsException;
import dev.sentinel.audit.failure.ClientGone;
import dev.sentinel.audit.failure.Overloaded;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.Body;
import dev.sentinel.audit.http.BodyReader;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.http.ProblemException;
import dev.sentinel.audit.http.inflight.Budget;
import dev.sentinel.audit.http.inflight.Reservation;
import dev.sentinel.audit.http.ratelimit.RateLimiter;
import dev.sentinel.audit.ingest.IngestMetrics.Disposition;
import dev.sentinel.audit.store.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;

/** {@code POST /v1/events}: decode, admit, append, and 201 when the events are durable. */
public final class EventsResource implements ApiResource {
    private static final int SMALL_ANSWER = 64 * 1024;

    /** What is smaller is cheap to read, and how many events it holds is seen better then. */
    private static final int LARGE_BYTES = 16 * 1024;

    /** Larger bodies are decoded on a worker: they would hold up everyone on their event loop. */
    private static final int INLINE_BYTES = 64 * 1024;

    private final Vertx vertx;
    private final BodyReader bodies;
    private final EventReader events;
    private final Budget eventBudget;
    private final Budget byteBudget;
    private final RateLimiter limiter;
    private final IngestMetrics metrics;
    private final int maxBatchEvents;

    /**
     * Makes the resource; the parts are shared by all event loops.
     *
     * @param maxBatchEvents events handed on at once, if they are not of one request
     */
    public EventsResource(
            Vertx vertx,
            BodyReader bodies,
            EventReader events,
            Budget eventBudget,
            Budget byteBudget,
            RateLimiter limiter,
            IngestMetrics metrics,
            int maxBatchEvents) {
        this.vertx = vertx;
        this.bodies = bodies;
        this.events = events;
        this.eventBudget = eventBudget;
        this.byteBudget = byteBudget;
        this.limiter = limiter;
        this.metrics = metrics;
        this.maxBatchEvents = maxBatchEvents;
    }

    @Override
    public void mount(Router router) {
        Appender appender = new Appender(vertx, maxBatchEvents);
        router.post("/v1/events").handler(ctx -> capture(ctx, appender));
    }

    private void capture(RoutingContext ctx, Appender appender) {
        metrics.countRetries(ctx.request().getHeader("Sentinel-Retry-Count"));
        MediaType type = MediaType.of(ctx.request().getHeader(HttpHeaders.CONTENT_TYPE));
        if (type == MediaType.UNSUPPORTED) {
            ctx.fail(new Problem(415, "Content-Type must be application/json or application/x-ndjson, in UTF-8.")
                    .asException());
            return;
        }
        Client client = Client.of(ctx, limiter);
        if (client.isUsedUp()) {
            metrics.count(Disposition.LIMITED, 1);
            ctx.fail(client.limited(1));
            return;
        }
        Reservation room = new Reservation(eventBudget);
        bodies.read(ctx, bytes -> room.growTo(bytes < LARGE_BYTES ? 1 : events.mostOf(bytes)))
                .onFailure(this::countRefusedBody)
                .onFailure(refused -> room.release())
                .onFailure(ctx::fail)
                .onSuccess(body -> store(ctx, client, appender, type, body, room));
    }

    /**
     * Reading and decoding is most of the work for a request that is then refused, so room for as many events as there
     * may be is taken before. The client gives up at some time; the memory is given back only when the store has
     * answered: a disk that hangs so leads to refusals, not to a queue without end.
     */
    private void store(
            RoutingContext ctx, Client client, Appender appender, MediaType type, Body body, Reservation room) {
        byte[] bytes = body.bytes();
        // Not the body: it holds the bytes a second time.
        Runnable release = body.release();
        int most = type == MediaType.NDJSON ? events.mostOfNdjson(bytes) : events.mostOfJson(bytes);
        room.shrinkTo(most);
        room.growTo(most)
                .onFailure(this::countRefusedBody)
                .compose(admitted -> decode(type, bytes, client))
                .compose(decoded -> admit(decoded, client))
                .compose(decoded -> answer(ctx, appender, decoded, room))
                .onComplete(done -> room.release())
                .onComplete(done -> release.run())
                .onFailure(ctx::fail);
    }

    private static Unavailable late() {
        return new Unavailable("the store has not answered in time");
    }

    /** Counts the events against the client's limit, all or none, and marks those that it may not send. */
    private Future<DecodedBody> admit(DecodedBody decoded, Client client) {
        int count = decoded.events().size();
        ProblemException limited = client.take(count);
        if (limited != null) {
            metrics.count(Disposition.LIMITED, count);
            return Future.failedFuture(limited);
        }
        return Future.succeededFuture(client.markForeign(decoded));
    }

    private Future<DecodedBody> decode(MediaType type, byte[] body, Client client) {
        return body.length <= INLINE_BYTES
                ? decodeNow(type, body, client)
                : vertx.executeBlocking(() -> decodeNow(type, body, client), false)
                        .compose(decoded -> decoded);
    }

    private Future<DecodedBody> decodeNow(MediaType type, byte[] body, Client client) {
        try {
            return Future.succeededFuture(
                    type == MediaType.NDJSON
                            ? events.readNdjson(body, client.id())
                            : events.readJson(body, client.id()));
        } catch (MalformedJsonException e) {
            return Future.failedFuture(new Problem(400, e.getMessage()).asException());
        } catch (TooManyEventsException e) {
            return Future.failedFuture(new Problem(413, e.getMessage()).asException());
        }
    }

    private Future<Void> answer(RoutingContext ctx, Appender appender, DecodedBody decoded, Reservation room) {
        if (decoded.events().isEmpty()) {
            return Future.failedFuture(new Problem(422, "The batch holds no event.").asException());
        }
        List<AuditEvent> valid = new ArrayList<>(decoded.events().size());
        for (DecodedEvent event : decoded.events()) {
            if (event instanceof DecodedEvent.Valid good) {
                valid.add(good.event());
            }
        }
        metrics.count(Disposition.REJECTED, decoded.events().size() - valid.size());
        room.shrinkTo(valid.size());
        return append(ctx, appender, valid)
                .map(outcomes -> {
                    count(outcomes);
                    return Answers.of(decoded, outcomes);
                })
                .compose(answer -> send(ctx, answer));
    }

    /** An answer that names many rejected events can be larger than the body that held them. */
    private Future<Void> send(RoutingContext ctx, Answers.Answer answer) {
        if (ctx.response().ended() || ctx.response().closed()) {
            return Future.succeededFuture();
        }
        return answer.body().length() <= SMALL_ANSWER
                ? answer.send(ctx)
                : byteBudget
                        .take(answer.body().length())
                        .compose(permit -> answer.send(ctx).onComplete(sent -> permit.release()));
    }

    private Future<List<Outcome>> append(RoutingContext ctx, Appender appender, List<AuditEvent> valid) {
        if (valid.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        Future<List<Outcome>> outcomes = ctx.response().closed()
                ? Future.failedFuture(new ClientGone("the connection was closed before the events were appended"))
                : appender.append(valid, () -> ctx.fail(late()));
        return outcomes.onFailure(cause -> metrics.count(disposition(cause), valid.size()));
    }

    private static Disposition disposition(Throwable cause) {
        if (cause instanceof ClientGone) {
            return Disposition.ABANDONED;
        }
        return cause instanceof Overloaded ? Disposition.SHED : Disposition.FAILED;
    }

    private void count(List<Outcome> outcomes) {
        int captured = 0;
        int duplicate = 0;
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Outcome.Captured) {
                captured++;
            } else if (outcome instanceof Outcome.Duplicate) {
                duplicate++;
            }
        }
        metrics.count(Disposition.CAPTURED, captured);
        metrics.count(Disposition.DUPLICATE, duplicate);
        metrics.count(Disposition.CONFLICT, outcomes.size() - captured - duplicate);
    }

    private void countRefusedBody(Throwable cause) {
        if (cause instanceof Overloaded) {
            metrics.count(Disposition.SHED, 1);
        }
    }
}
