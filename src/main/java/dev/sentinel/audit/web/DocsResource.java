package dev.sentinel.audit.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.http.ApiResource;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/**
 * Serves the root page, the guides, the contract and a page to try the contract. Browsers that request the root page
 * are redirected to the dashboard.
 */
public final class DocsResource implements ApiResource {
    private static final String CONTRACT = "/openapi.json";

    private final String root;
    private final StaticSite contract;
    private final StaticSite apiReference = new StaticSite(ApiReference::load);
    private final StaticSite guides = new StaticSite(Guides::load);

    /**
     * Reads no file yet: files are loaded at the first request.
     *
     * @param version of the server, as shown on the root page and in the contract
     */
    public DocsResource(String version) {
        root = new JsonObject()
                .put("service", "Sentinel Audit API")
                .put("status", "operational")
                .put("version", version)
                .put("docs", GuideLinks.ROOT)
                .encode();
        contract = new StaticSite(() -> {
            String text = ProductFiles.text("docs/openapi.json").replace("${version}", version);
            return Map.of(CONTRACT, StaticFile.revalidated(CONTRACT, text.getBytes(UTF_8)));
        });
    }

    @Override
    public void mount(Router router) {
        router.get("/").handler(this::root);
        router.get(CONTRACT).handler(contract);
        router.get(GuideLinks.ROOT).handler(guides);
        router.get(ApiReference.PAGE + "/*").handler(apiReference);
        router.get(GuideLinks.ROOT + "/*").handler(guides);
    }

    private void root(RoutingContext ctx) {
        // Cross-origin handling may have named Origin already.
        ctx.response().headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT);
        if (prefersHtml(ctx)) {
            ctx.response()
                    .setStatusCode(302)
                    .putHeader(HttpHeaders.LOCATION, Dashboard.ROOT)
                    .end();
        } else {
            ctx.response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(root);
        }
    }

    /** Browsers name HTML first. A client that accepts anything is a program, and gets JSON. */
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
