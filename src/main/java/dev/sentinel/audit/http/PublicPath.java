package dev.sentinel.audit.http;

import dev.sentinel.audit.config.BasePath;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * Translates between the paths of the routes and those that clients see: removes {@code BASE_PATH} from requests, and
 * adds it to what responses name. Immutable; any thread.
 *
 * <p>A request may lack the prefix: some proxies remove it, and load balancers and programs on this machine ask the
 * server itself. The path of such a request says nothing about the client, so responses always name the public path.
 *
 * <p>Load-bearing: the prefix is removed before any other route sees the request, only once, and only if the path has
 * it literally. So the rules for a path apply to it with and without the prefix alike, and there is no third way to
 * write it.
 */
public final class PublicPath {
    private static final String REMOVED = "sentinel.prefix-removed";

    private final BasePath base;
    private final String root;

    public PublicPath(BasePath base) {
        this.base = base;
        this.root = base.prefix() + '/';
    }

    /** The public path of a path that begins with a slash; of an empty text, the prefix. */
    public String of(String path) {
        return base.prefix() + path;
    }

    /** Must be the first route. */
    void mount(Router router) {
        if (!base.isNone()) {
            router.route().handler(this::removePrefix);
        }
    }

    private void removePrefix(RoutingContext ctx) {
        String path = ctx.request().path();
        if (path.startsWith(root) && !isRemoved(ctx)) {
            ctx.put(REMOVED, true);
            // The rest begins with a slash.
            ctx.reroute(path.substring(base.prefix().length()) + query(ctx));
        } else {
            ctx.next();
        }
    }

    /** Redirects the prefix without a slash at its end. Must be after the route that sets the headers of responses. */
    void mountRedirect(Router router) {
        if (!base.isNone()) {
            router.route().handler(this::redirect);
        }
    }

    private void redirect(RoutingContext ctx) {
        if (base.prefix().equals(ctx.request().path()) && !isRemoved(ctx)) {
            ctx.response()
                    .setStatusCode(308)
                    .putHeader(HttpHeaders.LOCATION, root + query(ctx))
                    .end();
        } else {
            ctx.next();
        }
    }

    private static boolean isRemoved(RoutingContext ctx) {
        return ctx.get(REMOVED, false);
    }

    private static String query(RoutingContext ctx) {
        String query = ctx.request().query();
        return query == null ? "" : '?' + query;
    }
}
