package dev.sentinel.audit.ingest;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.DecodedBody;
import dev.sentinel.audit.event.DecodedEvent;
import dev.sentinel.audit.event.EventReader;
import dev.sentinel.audit.event.MalformedJsonException;
import dev.sentinel.audit.event.TooManyEventsException;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.BodyReader;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.http.ProblemException;
import dev.sentinel.audit.ingest.IngestMetrics.Outcome;
import dev.sentinel.audit.persist.Append;
import dev.sentinel.audit.persist.Appended;
import dev.sentinel.audit.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code POST /v1/events}: decode, admit, append, and 201 when the events are durable. */
public final class EventsResource implements ApiResource {
    /** Shorter than clients and proxies wait, longer than the store takes to give up. */
    private static final Duration APPEND_TIMEOUT = Duration.ofSeconds(20);

    /** Larger bodies are decoded on a worker: they would hold up everyone on their event loop. */
    private static final int INLINE_BYTES = 64 * 1024;

    /** Nobody hears it; who was cut off sends again. */
    private static final Problem CLIENT_GONE = new Problem(408, "The client has gone.");

    private final Vertx vertx;
    private final BodyReader bodies;
    private final EventReader events;
    private final Admission admission;
    private final IngestMetrics metrics;

    /** Makes the resource; the parts are shared by all event loops. */
    public EventsResource(
            Vertx vertx, BodyReader bodies, EventReader events, Admission admission, IngestMetrics metrics) {
        this.vertx = vertx;
        this.bodies = bodies;
        this.events = events;
        this.admission = admission;
        this.metrics = metrics;
    }

    @Override
    public void mount(Router router) {
        router.post("/v1/events").handler(this::capture);
    }

    private void capture(RoutingContext ctx) {
        metrics.countRetries(ctx.request().getHeader("Sentinel-Retry-Count"));
        MediaType type = MediaType.of(ctx.request().getHeader(HttpHeaders.CONTENT_TYPE));
        if (type == MediaType.UNSUPPORTED) {
            ctx.fail(new Problem(415, "Content-Type must be application/json or application/x-ndjson, in UTF-8.")
                    .asException());
            return;
        }
        bodies.read(ctx)
                .onFailure(this::countRefusedBody)
                .compose(body -> decode(type, body.bytes())
                        .compose(decoded -> answer(ctx, decoded))
                        .onComplete(done -> body.release().run()))
                .onFailure(ctx::fail);
    }

    private Future<DecodedBody> decode(MediaType type, byte[] body) {
        return body.length <= INLINE_BYTES
                ? decodeNow(type, body)
                : vertx.executeBlocking(() -> decodeNow(type, body), false).compose(decoded -> decoded);
    }

    private Future<DecodedBody> decodeNow(MediaType type, byte[] body) {
        try {
            return Future.succeededFuture(type == MediaType.NDJSON ? events.readNdjson(body) : events.readJson(body));
        } catch (MalformedJsonException e) {
            return Future.failedFuture(new Problem(400, e.getMessage()).asException());
        } catch (TooManyEventsException e) {
            return Future.failedFuture(new Problem(413, e.getMessage()).asException());
        }
    }

    private Future<Void> answer(RoutingContext ctx, DecodedBody decoded) {
        if (decoded.events().isEmpty()) {
            return Future.failedFuture(new Problem(422, "The batch holds no event.").asException());
        }
        List<AuditEvent> valid = new ArrayList<>(decoded.events().size());
        for (DecodedEvent event : decoded.events()) {
            if (event instanceof DecodedEvent.Valid good) {
                valid.add(good.event());
            }
        }
        metrics.count(Outcome.REJECTED, decoded.events().size() - valid.size());
        return append(ctx, valid).map(appended -> {
            count(appended);
            if (!ctx.response().closed()) {
                Answers.send(ctx, decoded, appended.outcomes());
            }
            return null;
        });
    }

    private Future<Appended> append(RoutingContext ctx, List<AuditEvent> valid) {
        if (valid.isEmpty()) {
            return Future.succeededFuture(new Appended(List.of()));
        }
        return admission
                .admitEvents(valid.size())
                .compose(permit -> (ctx.response().closed()
                                ? Future.<Appended>failedFuture(CLIENT_GONE.asException())
                                : Append.ADDRESS.request(vertx.eventBus(), new Append(valid), APPEND_TIMEOUT))
                        .onComplete(done -> permit.release()))
                .onFailure(cause -> metrics.count(outcome(cause), valid.size()));
    }

    private static Outcome outcome(Throwable cause) {
        if (cause instanceof ProblemException) {
            return Outcome.ABANDONED;
        }
        return isOverload(cause) ? Outcome.SHED : Outcome.FAILED;
    }

    private void count(Appended appended) {
        int captured = 0;
        int duplicate = 0;
        for (dev.sentinel.audit.store.Outcome outcome : appended.outcomes()) {
            if (outcome instanceof dev.sentinel.audit.store.Outcome.Captured) {
                captured++;
            } else if (outcome instanceof dev.sentinel.audit.store.Outcome.Duplicate) {
                duplicate++;
            }
        }
        metrics.count(Outcome.CAPTURED, captured);
        metrics.count(Outcome.DUPLICATE, duplicate);
        metrics.count(Outcome.CONFLICT, appended.outcomes().size() - captured - duplicate);
    }

    private void countRefusedBody(Throwable cause) {
        if (isOverload(cause)) {
            metrics.count(Outcome.SHED, 1);
        }
    }

    private static boolean isOverload(Throwable cause) {
        return cause instanceof StoreException refused && refused.kind() == StoreException.Kind.OVERLOADED;
    }
}
