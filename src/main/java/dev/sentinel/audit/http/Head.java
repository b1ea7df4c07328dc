package dev.sentinel.audit.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** A GET whose body is not sent (RFC 9110, section 9.3.2): what answers GET answers HEAD. */
public final class Head {
    private static final String KEY = "sentinel.head";

    private Head() {}

    static void mount(Router router) {
        router.head().handler(ctx -> {
            ctx.put(KEY, true);
            ctx.reroute(HttpMethod.GET, ctx.request().uri());
        });
    }

    /** Whether a GET is such a one. To be asked by whoever would do much for its body. */
    public static boolean isAsked(RoutingContext ctx) {
        return ctx.get(KEY, false);
    }
}
