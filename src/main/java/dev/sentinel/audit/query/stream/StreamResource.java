package dev.sentinel.audit.query.stream;

import dev.sentinel.audit.config.HttpConfig;
import dev.sentinel.audit.event.FieldError;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.Caller;
import dev.sentinel.audit.http.Head;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.http.inflight.Budget;
import dev.sentinel.audit.query.EventFilters;
import dev.sentinel.audit.query.QueryParameters;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.EventStore;
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

/** Lets clients follow events. */
public final class StreamResource implements ApiResource {
    private static final String PATH = "/v1/events/stream";
    private static final String LAST_EVENT_ID = "Last-Event-ID";
    private static final Duration USUAL_BEAT = Duration.ofSeconds(15);

    /** How long a client waits for the place of another that is just leaving. */
    private static final Duration ADMISSION_TIMEOUT = Duration.ofMillis(500);

    private final FanOut fanOut;
    private final Budget places;
    private final LiveStream.Settings settings;

    /** @param registry where streams are counted */
    public StreamResource(Vertx vertx, EventStore store, FanOut fanOut, HttpConfig config, MeterRegistry registry) {
        this.fanOut = fanOut;
        this.places = new Budget(vertx, "streams", config.maxStreams(), ADMISSION_TIMEOUT);
        // Connections on which nothing moves are closed; several beats must fit into that.
        Duration heartbeat = min(USUAL_BEAT, config.idleTimeout().dividedBy(3));
        this.settings = new LiveStream.Settings(
                vertx,
                new LogReads(vertx, store),
                new StreamMeters(places, registry),
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

            /** Of the event loop that asks first, which is the one that this router serves. */
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
        EventQuery filters = EventFilters.everywhere(parameters, EventQuery.Order.OLDEST_FIRST, 1);
        OptionalLong parameter = parameters.position("last_event_id");
        parameters.finish();
        OptionalLong lastEventId = header(ctx, parameter);
        BooleanSupplier authorized = Caller.stillAuthorized(ctx);
        if (Head.isAsked(ctx)) {
            ctx.response().putHeader("Content-Type", "text/event-stream").end();
            return;
        }
        if (fanOut.isEnding()) {
            throw new Problem(503, "The server stops; connect again.").asException();
        }
        places.take(1)
                .recover(none -> Future.failedFuture(new Problem(
                                503, "There are as many streams as this server takes (MAX_STREAMS). Come again later.")
                        .asException()))
                .compose(place -> start(lastEventId).onComplete(start -> {
                    if (start.failed() || ctx.response().closed()) {
                        place.release();
                        return;
                    }
                    ctx.addEndHandler(ended -> place.release());
                    fanOut.enter(loop, new LiveStream(settings, loop, ctx, authorized, filters, start.result()));
                }))
                .onFailure(ctx::fail);
    }

    /** A browser repeats its first parameters when it connects again, but the header is new. */
    private static OptionalLong header(RoutingContext ctx, OptionalLong otherwise) {
        String text = ctx.request().getHeader(LAST_EVENT_ID);
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        OptionalLong position = QueryParameters.parsePosition(text);
        if (position.isEmpty()) {
            throw new Problem(
                            422,
                            "A header of the request is not valid.",
                            List.of(new FieldError("/header/" + LAST_EVENT_ID, QueryParameters.MUST_BE_POSITION)))
                    .asException();
        }
        return position;
    }

    /**
     * What this server has not been told of may be known to another that shares the store, so the log itself is asked;
     * what it does not have either was read from another log.
     */
    private Future<StreamStart> start(OptionalLong lastEventId) {
        if (lastEventId.isEmpty()) {
            return Future.succeededFuture(StreamStart.LIVE);
        }
        long id = lastEventId.getAsLong();
        return id < fanOut.end()
                ? Future.succeededFuture(StreamStart.behind(id))
                : settings.log().has(id).map(known -> known ? StreamStart.behind(id) : StreamStart.afterUnknown(id));
    }
}
