package dev.sentinel.audit.http.auth;

import dev.sentinel.audit.http.ApiResource;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.List;
import java.util.Set;

/**
 * Lets pages of other origins use the API (the Fetch standard's CORS protocol). Credentials are tokens that a page must
 * have, never cookies. Must be mounted before authentication: a preflight request has no token.
 */
public final class CrossOrigin implements ApiResource {
    private static final String ANY = "*";
    private static final int PREFLIGHT_SECONDS = 600;

    private final List<String> origins;

    /** @param origins exact origins, such as {@code https://app.example.com}; {@code *} allows every origin */
    public CrossOrigin(List<String> origins) {
        this.origins = List.copyOf(origins);
    }

    @Override
    public void mount(Router router) {
        if (origins.isEmpty()) {
            return;
        }
        CorsHandler cors = CorsHandler.create()
                .allowedMethods(Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST))
                .allowedHeaders(Set.of(
                        "Authorization",
                        "Content-Type",
                        "Content-Encoding",
                        "If-None-Match",
                        "Sentinel-Retry-Count",
                        "Last-Event-ID"))
                .exposedHeaders(
                        Set.of("ETag", "Link", "Retry-After", "RateLimit", "RateLimit-Policy", "WWW-Authenticate"))
                .maxAgeSeconds(PREFLIGHT_SECONDS);
        if (origins.contains(ANY)) {
            cors.addOrigin(ANY);
        } else {
            cors.addOrigins(origins);
        }
        router.route().handler(ctx -> {
            ctx.response().headers().add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
            String origin = ctx.request().getHeader(HttpHeaders.ORIGIN);
            // Our own pages send an Origin too. Without CORS headers, browsers block pages of other origins.
            if (origin != null && (origins.contains(ANY) || origins.contains(origin))) {
                cors.handle(ctx);
            } else {
                ctx.next();
            }
        });
    }
}
