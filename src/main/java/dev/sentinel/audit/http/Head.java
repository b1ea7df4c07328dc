package dev.sentinel.audit.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Answers HEAD like GET, without the body (RFC 9110, section 9.3.2). */
public final class Head {
    private static final String KEY = "sentinel.head";

    private Head() {}

    static void mount(Router router) {
        router.head().handler(ctx -> {
            ctx.put(KEY, true);
            String query = ctx.request().query();
            // Not the URI, which may be absolute.
            ctx.reroute(HttpMethod.GET, ctx.request().path() + (query == null ? "" : "?" + query));
        });
    }

    /** Whether the request was a HEAD. Handlers check it before they do expensive work for the body. */
    public static boolean isAsked(RoutingContext ctx) {
        return ctx.get(KEY, false);
    }
}
