package dev.sentinel.audit.web;

import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.PublicPath;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Serves the dashboard. */
public final class UiResource implements ApiResource {
    private final StaticSite dashboard;
    private final String root;

    /** Reads no file yet: files are loaded at the first request. */
    public UiResource(PublicPath paths) {
        dashboard = new StaticSite(() -> Dashboard.load(paths));
        root = paths.of(Dashboard.ROOT);
    }

    @Override
    public void mount(Router router) {
        router.get("/ui/*").handler(this::serve);
    }

    private void serve(RoutingContext ctx) {
        if (ctx.request().path().startsWith(Dashboard.ROOT)) {
            dashboard.handle(ctx);
        } else {
            ctx.response()
                    .setStatusCode(308)
                    .putHeader(HttpHeaders.LOCATION, root)
                    .end();
        }
    }
}
