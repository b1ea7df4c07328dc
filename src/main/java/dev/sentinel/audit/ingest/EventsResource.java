package dev.sentinel.audit.ingest;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.DecodedBody;
import dev.sentinel.audit.event.DecodedEvent;
import dev.sentinel.audit.event.MalformedJsonException;
import dev.sentinel.audit.event.TooManyEventsException;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.http.Abort;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.Body;
import dev.sentinel.audit.http.BodyReader;
import dev.sentinel.audit.http.Caller;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.http.ProblemException;
import dev.sentinel.audit.http.inflight.Budget;
import dev.sentinel.audit.http.inflight.Permit;
import dev.sentinel.audit.ingest.sources.Arrival;
import dev.sentinel.audit.store.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/events} and {@code POST /v1/notes}: decodes, admits and appends events, and answers 201 when they are
 * durable.
 */
public final class EventsResource implements ApiResource {
    private static final int SMALL_ANSWER = 64 * 1024;

    /** Smaller bodies are cheap to read, and reading them gives a better estimate of the number of events. */
    private static final int LARGE_BYTES = 16 * 1024;

    /** JSON objects and lines; a body of usual events that is decoded on the event loop has fewer. */
    private static final int INLINE_OBJECTS = 2_000;

    private static final Problem UNSUPPORTED = new Problem(
            415,
            "Content-Type must be application/json, application/x-ndjson, application/cloudevents+json or"
                    + " application/cloudevents-batch+json, in UTF-8.");

    private final Vertx vertx;
    private final Intake intake;
    private final BodyReader bodies;
    private final BodyFormats formats;
    private final Budget byteBudget;
    private final IngestMetrics metrics;

    /** All parts are shared by all event loops. */
    public EventsResource(
            Vertx vertx,
            Intake intake,
            BodyReader bodies,
            BodyFormats formats,
            Budget byteBudget,
            IngestMetrics metrics) {
        this.vertx = vertx;
        this.intake = intake;
        this.bodies = bodies;
        this.formats = formats;
        this.byteBudget = byteBudget;
        this.metrics = metrics;
    }

    @Override
    public void mount(Router router) {
        Appender appender = intake.appender();
        router.post("/v1/events")
                .handler(ctx -> capture(ctx, appender, formats.of(ctx.request().headers())));
        router.post("/v1/notes").handler(ctx -> capture(ctx, appender, isJson(ctx.request()) ? formats.note() : null));
    }

    private static boolean isJson(HttpServerRequest request) {
        return MediaType.of(request.getHeader(HttpHeaders.CONTENT_TYPE)) == MediaType.JSON;
    }

    /** @param format null for one that is not taken */
    private void capture(RoutingContext ctx, Appender appender, @Nullable BodyFormat format) {
        metrics.countRetries(ctx.request().getHeader("Sentinel-Retry-Count"));
        if (format == null) {
            ctx.fail(UNSUPPORTED.asException());
            return;
        }
        // Throws for a wrong value, before the body is read.
        wantsLeafHashes(ctx);
        Client client = intake.admit(ctx);
        // Takes nothing yet: a client that announces a body and does not send it must hold nothing.
        bodies.read(ctx, bytes -> intake.await(ctx, bytes < LARGE_BYTES ? 1 : format.maxEventsIn(bytes)))
                .onFailure(intake::countRefusedBody)
                .onFailure(ctx::fail)
                .onSuccess(body -> store(ctx, client, appender, format, body));
    }

    /** Whether the answer to a batch lists the hashes of its events. */
    private static boolean wantsLeafHashes(RoutingContext ctx) {
        String wanted = ctx.request().getParam("leaf_hash");
        if (wanted == null || wanted.equals("false")) {
            return false;
        }
        if (wanted.equals("true")) {
            return true;
        }
        throw new Problem(422, "The parameter leaf_hash must be true or false.").asException();
    }

    /**
     * Reserves the largest possible number of events before decoding, because decoding is most of the work of a request
     * that is then refused. The client times out at some point, but the memory is released only when the store has
     * answered: so a hung disk leads to refusals, not to an endless queue. It is released before the answer is sent: a
     * client that does not read must not hold it.
     */
    private void store(RoutingContext ctx, Client client, Appender appender, BodyFormat format, Body body) {
        byte[] bytes = body.bytes();
        Runnable release = body.release();
        Permit permit = intake.open(ctx);
        intake.takeBytes(client, bytes.length)
                .compose(taken -> permit.growTo(format.maxEvents(bytes))
                        .onFailure(intake::countRefusedBody)
                        .compose(admitted -> decode(format, bytes, client))
                        .compose(decoded -> admit(decoded, format, client))
                        .onFailure(refused -> chargeFor(refused, bytes.length, client)))
                .compose(decoded -> answer(ctx, client, appender, format, decoded, permit))
                .onComplete(done -> permit.release())
                .onComplete(done -> release.run())
                .compose(answer -> send(ctx, answer))
                .onFailure(ctx::fail);
    }

    /** Overload is not the client's fault. */
    private static void chargeFor(Throwable refused, int bytes, Client client) {
        if (refused instanceof ProblemException) {
            client.charge(bytes);
        }
    }

    private static Unavailable timedOut() {
        return new Unavailable("the store did not answer in time");
    }

    /** Takes the events from the client's rate limit, all or none, and marks those that it may not send. */
    private Future<DecodedBody> admit(DecodedBody decoded, BodyFormat format, Client client) {
        return intake.take(client, decoded.events().size())
                .map(taken -> Client.check(decoded, format, client.principal()));
    }

    private Future<DecodedBody> decode(BodyFormat format, byte[] body, Client client) {
        return isQuicklyDecoded(body, format.inlineBytes())
                ? decodeNow(format, body, client)
                : vertx.executeBlocking(() -> decodeNow(format, body, client), false)
                        .compose(decoded -> decoded);
    }

    /** A small body may hold thousands of tiny events that are not valid. */
    private static boolean isQuicklyDecoded(byte[] body, int inlineBytes) {
        if (body.length > inlineBytes) {
            return false;
        }
        int objects = 0;
        for (byte b : body) {
            objects += b == '{' || b == '\n' ? 1 : 0;
        }
        return objects <= INLINE_OBJECTS;
    }

    private static Future<DecodedBody> decodeNow(BodyFormat format, byte[] body, Client client) {
        try {
            return Future.succeededFuture(format.read(body, client.id(), client.maxBatch()));
        } catch (MalformedJsonException e) {
            return Future.failedFuture(new Problem(400, e.getMessage()).asException());
        } catch (TooManyEventsException e) {
            return Future.failedFuture(new Problem(413, e.getMessage() + client.note(e)).asException());
        }
    }

    private Future<Answers.Answer> answer(
            RoutingContext ctx,
            Client client,
            Appender appender,
            BodyFormat format,
            DecodedBody decoded,
            Permit permit) {
        if (decoded.events().isEmpty()) {
            return Future.failedFuture(new Problem(422, "The batch contains no events.").asException());
        }
        List<AuditEvent> valid = new ArrayList<>(decoded.events().size());
        for (DecodedEvent event : decoded.events()) {
            if (event instanceof DecodedEvent.Valid good) {
                valid.add(good.event());
            }
        }
        int rejected = decoded.events().size() - valid.size();
        intake.reject(rejected);
        permit.shrinkTo(valid.size());
        return intake.append(ctx, client, appender, valid, () -> ctx.fail(timedOut()))
                .onSuccess(outcomes -> intake.show(ctx, client, format.protocol(), null, arrival(outcomes, rejected)))
                .compose(outcomes -> Answers.of(vertx, decoded, outcomes, wantsLeafHashes(ctx)));
    }

    static Arrival arrival(List<Outcome> outcomes, int rejected) {
        return new Arrival(
                outcomes.size(),
                outcomes.stream().filter(Outcome.Duplicate.class::isInstance).count(),
                outcomes.stream().filter(Outcome.Conflict.class::isInstance).count(),
                rejected,
                Map.of());
    }

    /** An answer that lists many rejected events can be larger than the request body. */
    private Future<Void> send(RoutingContext ctx, Answers.Answer answer) {
        if (ctx.response().ended() || ctx.response().closed()) {
            return Future.succeededFuture();
        }
        return answer.body().length() <= SMALL_ANSWER
                ? answer.send(ctx)
                : byteBudget.take(Caller.client(ctx), answer.body().length()).compose(permit -> {
                    permit.onRevoke(() -> Abort.now(ctx.request().connection()));
                    return answer.send(ctx).onComplete(sent -> permit.release());
                });
    }
}
