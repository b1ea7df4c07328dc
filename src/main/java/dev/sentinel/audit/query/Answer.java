package dev.sentinel.audit.query;

import dev.sentinel.audit.event.JsonContent;
import dev.sentinel.audit.failure.ClientGone;
import dev.sentinel.audit.http.Abort;
import dev.sentinel.audit.http.Caller;
import dev.sentinel.audit.http.EntityTag;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A complete JSON response. The body is complete before the first byte is sent, so a failure is still a clean problem
 * response. The page bounds its size.
 *
 * @param link value of the Link header; null for none
 * @param etag lets the client ask for the answer again only if it has changed; null if it must not keep the answer
 */
record Answer(Buffer body, @Nullable String link, @Nullable String etag) {
    private static final int TYPICAL_BYTES = 1024;

    /** An answer up to this size fits into the socket buffers of the system. */
    private static final int BUFFERED_BYTES = 64 * 1024;

    /** Bytes of a page of the store and its JSON. */
    private static final long MAX_BYTES = 4 << 20;

    /** Writes one JSON value that holds a page of events. */
    @FunctionalInterface
    interface PageContent {
        void writeTo(JsonBody body) throws IOException;
    }

    /** An answer that is one JSON value. */
    static Answer of(JsonContent content) {
        return of(TYPICAL_BYTES, body -> content.writeTo(body.json()));
    }

    /** An answer with the events of a page. */
    static Answer of(EventPage page, PageContent content) {
        return of(page.events().length() + TYPICAL_BYTES, content);
    }

    /** @param expectedBytes the approximate size */
    static Answer of(int expectedBytes, PageContent content) {
        try {
            JsonBody body = new JsonBody(expectedBytes);
            content.writeTo(body);
            return new Answer(body.finish(), null, null);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot happen: the output is memory", e);
        }
    }

    Answer linkingTo(@Nullable String newLink) {
        return new Answer(body, newLink, etag);
    }

    Answer taggedWith(String newEtag) {
        return new Answer(body, link, newEtag);
    }

    /**
     * As the other method. A search for texts first waits for one of the places for those, and only then for memory:
     * searches that wait must not keep others from their answers. The place is free again when the answer is built.
     */
    static void send(RoutingContext ctx, AnswerLimits limits, EventSearch search, Supplier<Future<Answer>> query) {
        if (search.query().filter().readsTexts()) {
            sendSlow(ctx, limits, query);
        } else {
            send(ctx, limits, query);
        }
    }

    /** As the others, always in one of those places. */
    static void sendSlow(RoutingContext ctx, AnswerLimits limits, Supplier<Future<Answer>> query) {
        limits.textSearches()
                .take(Caller.client(ctx), 1)
                .compose(place -> answer(ctx, limits, () -> search(ctx, query).onComplete(built -> place.release()))
                        .onComplete(done -> place.release()))
                .onFailure(ctx::fail);
    }

    private static Future<Answer> search(RoutingContext ctx, Supplier<Future<Answer>> query) {
        return ctx.response().closed()
                ? Future.failedFuture(new ClientGone("the connection was closed before the search"))
                : attempt(query);
    }

    /** A query that throws must not keep its permits. */
    private static <T> Future<T> attempt(Supplier<Future<T>> query) {
        return Future.<Void>succeededFuture().compose(none -> query.get());
    }

    /**
     * Runs the query and sends its answer, or fails the request. First reserves memory for the largest answer; keeps
     * what the answer needs until the client has read it, so that clients that do not read cannot exhaust memory.
     */
    static void send(RoutingContext ctx, AnswerLimits limits, Supplier<Future<Answer>> query) {
        answer(ctx, limits, query).onFailure(ctx::fail);
    }

    private static Future<Void> answer(RoutingContext ctx, AnswerLimits limits, Supplier<Future<Answer>> query) {
        return sendIfAny(ctx, limits, () -> query.get().map(Optional::of)).mapEmpty();
    }

    /** As {@link #send}, for a query that may have no answer yet; completes with whether it had one. */
    static Future<Boolean> sendIfAny(
            RoutingContext ctx, AnswerLimits limits, Supplier<Future<Optional<Answer>>> query) {
        return limits.memory()
                .take(Caller.client(ctx), Math.min(MAX_BYTES, limits.memory().capacity()))
                .compose(permit -> attempt(query)
                        .compose(found -> {
                            if (found.isEmpty()) {
                                return Future.succeededFuture(false);
                            }
                            Answer answer = found.get();
                            permit.shrinkTo(answer.body.length());
                            // A client that reads slowly holds memory only while nobody else needs it.
                            HttpConnection connection = ctx.request().connection();
                            permit.onRevoke(() -> Abort.now(connection));
                            return answer.send(ctx, limits.timeout()).map(true);
                        })
                        .onComplete(sent -> permit.release()));
    }

    /** Says to a client that it has the answer, and ends the request. */
    static void notModified(RoutingContext ctx, String etag) {
        mayBeKept(ctx, etag);
        ctx.response().setStatusCode(304).end();
    }

    /** Only the client itself may keep the answer, and must ask each time whether it is still the answer. */
    private static void mayBeKept(RoutingContext ctx, String etag) {
        ctx.response().putHeader(HttpHeaders.ETAG, etag).putHeader(HttpHeaders.CACHE_CONTROL, "private, no-cache");
    }

    /**
     * Completes when the last byte is sent or the connection is closed. A client that reads a byte now and then is not
     * idle, so the whole answer has a timeout; an answer that fits into the socket buffers needs none.
     */
    private Future<Void> send(RoutingContext ctx, Duration timeout) {
        if (ctx.response().closed()) {
            return Future.succeededFuture();
        }
        if (etag != null && EntityTag.isKnown(ctx, etag)) {
            notModified(ctx, etag);
            return Future.succeededFuture();
        }
        ctx.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
        if (etag == null) {
            // The log changes all the time, and answers are confidential.
            ctx.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        } else {
            mayBeKept(ctx, etag);
        }
        if (link != null) {
            ctx.response().putHeader("Link", link);
        }
        Future<Void> sent = ctx.response().end(body);
        if (body.length() <= BUFFERED_BYTES) {
            return sent.otherwiseEmpty();
        }
        HttpConnection connection = ctx.request().connection();
        long timer = ctx.vertx().setTimer(timeout.toMillis(), late -> Abort.now(connection));
        return sent.onComplete(done -> ctx.vertx().cancelTimer(timer)).otherwiseEmpty();
    }
}
