package dev.sentinel.audit.query.stream;

import dev.sentinel.audit.config.HttpConfig;
import dev.sentinel.audit.event.FieldError;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.Caller;
import dev.sentinel.audit.http.Head;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.http.inflight.Budget;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.query.EventFilters;
import dev.sentinel.audit.query.QueryParameters;
import dev.sentinel.audit.store.EventFilter;
import dev.sentinel.audit.store.LogReader;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Streams events to clients as they are captured. */
public final class StreamResource implements ApiResource {
    private static final String PATH = "/v1/events/stream";
    private static final String LAST_EVENT_ID = "Last-Event-ID";
    private static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(15);

    /** How long a request waits for another stream to end. */
    private static final Duration ADMISSION_TIMEOUT = Duration.ofMillis(500);

    private final FanOut fanOut;
    private final Budget permits;
    private final LiveStream.Settings settings;

    /** @param registry where streams are counted */
    public StreamResource(Vertx vertx, LogReader log, FanOut fanOut, HttpConfig config, MeterRegistry registry) {
        this.fanOut = fanOut;
        this.permits = new Budget(vertx, "streams", config.maxStreams(), ADMISSION_TIMEOUT);
        permits.registerRefusals(registry, "streams");
        // Idle connections are closed, so several heartbeats must fit into the idle timeout.
        Duration heartbeat = min(DEFAULT_HEARTBEAT, config.idleTimeout().dividedBy(3));
        this.settings = new LiveStream.Settings(
                vertx,
                new LogReads(vertx, log),
                new StreamMeters(permits, registry),
                heartbeat,
                config.answerTimeout());
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    @Override
    public void mount(Router router) {
        Supplier<LoopStreams> loop = new Supplier<>() {
            private @Nullable LoopStreams streams;

            /** Created on first use, on the event loop that this router serves. */
            @Override
            public LoopStreams get() {
                if (streams == null) {
                    streams = new LoopStreams(settings.vertx().getOrCreateContext(), fanOut);
                }
                return streams;
            }
        };
        router.get(PATH).handler(ctx -> stream(ctx, loop.get()));
    }

    private void stream(RoutingContext ctx, LoopStreams loop) {
        QueryParameters parameters = QueryParameters.of(ctx);
        EventFilter filter = EventFilters.live(parameters);
        OptionalLong parameter = parameters.position("last_event_id");
        Selection selection = new Selection(filter, parameters.flag(EventJson.SEAL));
        parameters.finish();
        OptionalLong lastEventId = header(ctx, parameter);
        BooleanSupplier authorized = Caller.stillAuthorized(ctx);
        if (Head.isAsked(ctx)) {
            ctx.response().putHeader("Content-Type", "text/event-stream").end();
            return;
        }
        if (fanOut.isEnding()) {
            throw new Problem(503, "The server is stopping. Connect again.").asException();
        }
        permits.take(Caller.client(ctx), 1)
                .recover(none -> Future.failedFuture(
                        new Problem(503, "Too many open streams (MAX_STREAMS). Retry later.").asException()))
                .compose(permit -> start(Caller.client(ctx), lastEventId).onComplete(start -> {
                    if (start.failed() || ctx.response().closed()) {
                        permit.release();
                        return;
                    }
                    ctx.addEndHandler(ended -> permit.release());
                    LiveStream stream = new LiveStream(settings, loop, ctx, authorized, selection, start.result());
                    permit.onRevoke(() -> stream.end("this client has too many streams and another one needs a place"));
                    fanOut.enter(loop, stream);
                }))
                .onFailure(ctx::fail);
    }

    /** A reconnecting browser repeats its original parameters, but sends a new header, so the header wins. */
    private static OptionalLong header(RoutingContext ctx, OptionalLong otherwise) {
        String text = ctx.request().getHeader(LAST_EVENT_ID);
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        OptionalLong position = QueryParameters.parsePosition(text);
        if (position.isEmpty()) {
            throw new Problem(
                            422,
                            "A request header is not valid.",
                            List.of(new FieldError("/header/" + LAST_EVENT_ID, QueryParameters.MUST_BE_POSITION)))
                    .asException();
        }
        return position;
    }

    /**
     * Another server that shares the store may know events that this one does not know yet, so this checks the log
     * itself. If the log lacks the event too, the client read it from another log.
     */
    private Future<StreamStart> start(String client, OptionalLong lastEventId) {
        if (lastEventId.isEmpty()) {
            return Future.succeededFuture(StreamStart.LIVE);
        }
        long id = lastEventId.getAsLong();
        return id < fanOut.end()
                ? Future.succeededFuture(StreamStart.after(id))
                : settings.log()
                        .has(client, id)
                        .map(known -> known ? StreamStart.after(id) : StreamStart.afterUnknown(id));
    }
}
