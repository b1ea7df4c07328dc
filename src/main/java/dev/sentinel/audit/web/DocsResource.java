package dev.sentinel.audit.web;

import dev.sentinel.audit.http.ApiResource;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Says what this server is (people are sent to the dashboard), and serves its contract with a page to try it. */
public final class DocsResource implements ApiResource {
    private static final String DOCS = "/docs";
    private static final String DASHBOARD = "/ui/";

    /**
     * Swagger UI sets styles from scripts, which a policy does not forbid; its icons are data URLs. Nothing may come
     * from or go to another host, and no other page may frame this one.
     */
    private static final String CONTENT_SECURITY_POLICY = String.join(
            "; ",
            "default-src 'self'",
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'");

    private final String root;
    private final Assets assets;

    /**
     * Reads nothing yet; files are read when they are first asked for.
     *
     * @param version of the server, as shown on the root page and in the contract
     */
    public DocsResource(String version) {
        root = new JsonObject()
                .put("service", "Sentinel Audit API")
                .put("status", "operational")
                .put("version", version)
                .put("docs", DOCS)
                .encode();
        assets = new Assets(version);
    }

    @Override
    public void mount(Router router) {
        router.get("/").handler(this::root);
        router.get("/openapi.json").handler(ctx -> assets.send(ctx, Assets.CONTRACT));
        router.get(DOCS).handler(this::page);
        router.get(DOCS + "/:file").handler(ctx -> assets.send(ctx, ctx.pathParam("file")));
    }

    private void root(RoutingContext ctx) {
        // An allowed origin is named there already.
        ctx.response().headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT);
        if (prefersHtml(ctx)) {
            ctx.response()
                    .setStatusCode(302)
                    .putHeader(HttpHeaders.LOCATION, DASHBOARD)
                    .end();
        } else {
            ctx.response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(root);
        }
    }

    private void page(RoutingContext ctx) {
        ctx.response()
                .putHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .putHeader("Referrer-Policy", "no-referrer");
        assets.send(ctx, Assets.PAGE);
    }

    /** Browsers name HTML first; who takes anything is a program and gets JSON. */
    private static boolean prefersHtml(RoutingContext ctx) {
        for (MIMEHeader accepted : ctx.parsedHeaders().accept()) {
            if (accepted.weight() > 0) {
                // The list is sorted by weight, equal weights as sent.
                return accepted.component().equals("text")
                        && accepted.subComponent().equals("html");
            }
        }
        return false;
    }
}
