package dev.sentinel.audit.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.PublicPath;
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
    private final StaticSite apiReference;
    private final StaticSite guides;
    private final String dashboard;

    /**
     * Reads no file yet: files are loaded at the first request.
     *
     * @param version of the server, as shown on the root page and in the contract
     * @param paths the public paths that they name
     */
    public DocsResource(String version, PublicPath paths) {
        root = new JsonObject()
                .put("service", "Sentinel Audit API")
                .put("status", "operational")
                .put("version", version)
                .put("docs", paths.of(GuideLinks.ROOT))
                .encode();
        contract = new StaticSite(() -> {
            // Clients append the paths of the contract to it (OpenAPI 3.1, section 4.8.5).
            String base = paths.of("").isEmpty() ? "/" : paths.of("");
            String text = ProductFiles.text("docs/openapi.json")
                    .replace("${version}", version)
                    .replace("${base}", base);
            return Map.of(CONTRACT, StaticFile.revalidated(CONTRACT, text.getBytes(UTF_8)));
        });
        apiReference = new StaticSite(() -> ApiReference.load(paths));
        guides = new StaticSite(() -> Guides.load(paths));
        dashboard = paths.of(Dashboard.ROOT);
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
                    .putHeader(HttpHeaders.LOCATION, dashboard)
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
