package dev.sentinel.audit.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Closes connections whose request was answered before its body arrived. An immediate close could destroy the answer in
 * transit (RFC 9112, section 9.6), so the rest of the body is read and discarded for a bounded time. Event loop.
 */
final class Linger {
    private static final long MS = 5_000;

    private Linger() {}

    /** Must be called before any handler answers. */
    static void mount(RoutingContext ctx) {
        ctx.addEndHandler(answered -> {
            if (answered.succeeded()) {
                afterAnswer(ctx.vertx(), ctx.request());
            }
        });
    }

    private static void afterAnswer(Vertx vertx, HttpServerRequest request) {
        boolean close = request.response().headers().contains(HttpHeaders.CONNECTION, HttpHeaders.CLOSE, true);
        if (!request.isEnded()) {
            long timer = vertx.setTimer(MS, late -> request.connection().close());
            request.handler(discarded -> {});
            request.exceptionHandler(gone -> vertx.cancelTimer(timer));
            request.endHandler(end -> {
                vertx.cancelTimer(timer);
                if (close) {
                    request.connection().close();
                }
            });
            request.resume();
        } else if (close) {
            request.connection().close();
        }
    }
}
