package dev.sentinel.audit.query;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.http.Abort;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A JSON response, ready to be sent. The body is complete before the first byte leaves, so a failure is still a clean
 * problem response; its size is bounded by the page.
 *
 * @param link the value of the Link header; null for none
 */
record Answer(Buffer body, @Nullable String link) {
    private static final int USUAL_BYTES = 1024;

    private static final int BUFFERED_BYTES = 64 * 1024;

    /** A page of the store and its JSON. */
    private static final long MAX_BYTES = 4 << 20;

    /** Writes one JSON value. */
    @FunctionalInterface
    interface Content {
        void writeTo(JsonGenerator json) throws IOException;
    }

    /** Writes one JSON value that holds a page of events. */
    @FunctionalInterface
    interface PageContent {
        void writeTo(JsonBody body) throws IOException;
    }

    static Answer of(Content content) {
        return of(USUAL_BYTES, body -> content.writeTo(body.json()));
    }

    /** An answer with the events of a page. */
    static Answer of(EventPage page, PageContent content) {
        return of(page.events().length() + USUAL_BYTES, content);
    }

    private static Answer of(int expectedBytes, PageContent content) {
        try {
            JsonBody body = new JsonBody(expectedBytes);
            content.writeTo(body);
            return new Answer(body.finish(), null);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot happen: the output is memory", e);
        }
    }

    Answer linkingTo(@Nullable String newLink) {
        return new Answer(body, newLink);
    }

    /**
     * Runs the query and sends its answer, or fails the request with why there is none. Takes room for the largest
     * answer first and keeps what it needs until the client has read it: clients that do not read must not fill the
     * memory.
     */
    static void send(RoutingContext ctx, AnswerRoom room, Supplier<Future<Answer>> query) {
        room.memory()
                .take(Math.min(MAX_BYTES, room.memory().capacity()))
                .compose(permit -> query.get()
                        .compose(answer -> {
                            permit.shrinkTo(answer.body.length());
                            return answer.send(ctx, room.timeout());
                        })
                        .onComplete(sent -> permit.release()))
                .onFailure(ctx::fail);
    }

    /**
     * Completes when the last byte has left, or cannot leave any more. A client that takes a byte now and then is not
     * idle, so it is given a time for all of them; what fits into the buffers of the system needs none.
     */
    private Future<Void> send(RoutingContext ctx, Duration timeout) {
        if (ctx.response().closed()) {
            return Future.succeededFuture();
        }
        // What is true of a log now is not true a second later, and it is nobody else's business.
        ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
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
