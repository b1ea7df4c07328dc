package dev.sentinel.audit.docs;

import dev.sentinel.audit.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of the page and the contract, by name. Each is read from the class path when it is first asked for, off the
 * event loop, and then kept: two megabytes in all. Any thread.
 */
final class Assets {
    static final String PAGE = "index.html";
    static final String CONTRACT = "openapi.json";

    private static final String JAVASCRIPT = "text/javascript; charset=utf-8";
    private static final String CSS = "text/css; charset=utf-8";

    /** The only files there are, ours and the few of the WebJar that the page uses; with their types. */
    private static final Map<String, String> TYPES = Map.of(
            PAGE,
            "text/html; charset=utf-8",
            CONTRACT,
            "application/json",
            "docs.css",
            CSS,
            "docs.js",
            JAVASCRIPT,
            "icon.svg",
            "image/svg+xml",
            "swagger-ui.css",
            CSS,
            "swagger-ui-bundle.js",
            JAVASCRIPT);

    private static final Set<String> OF_WEBJAR = Set.of("swagger-ui.css", "swagger-ui-bundle.js");

    private final String version;
    private final ConcurrentHashMap<String, Asset> loaded = new ConcurrentHashMap<>();

    Assets(String version) {
        this.version = version;
    }

    /** Answers the request with the file, or with nothing if the client has it already. */
    void send(RoutingContext ctx, String name) {
        String type = TYPES.get(name);
        if (type == null) {
            throw new Problem(404, "There is no such file.").asException();
        }
        asset(ctx.vertx(), name)
                .onSuccess(asset -> send(ctx, asset, type, OF_WEBJAR.contains(name)))
                .onFailure(ctx::fail);
    }

    private Future<Asset> asset(Vertx vertx, String name) {
        Asset known = loaded.get(name);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        // Two event loops may both read a file at first: the same bytes, once too often.
        return vertx.executeBlocking(() -> load(name), false).onSuccess(asset -> loaded.put(name, asset));
    }

    private Asset load(String name) {
        if (OF_WEBJAR.contains(name)) {
            return Asset.ofWebJar("swagger-ui", name);
        }
        return Asset.of(name, name.equals(CONTRACT) ? text -> text.replace("${version}", version) : text -> text);
    }

    private static void send(RoutingContext ctx, Asset asset, String type, boolean stable) {
        HttpServerResponse response = ctx.response()
                .putHeader(HttpHeaders.ETAG, asset.etag())
                .putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING)
                // What changes with the server is asked for again each time; with the ETag that costs no bytes.
                .putHeader(HttpHeaders.CACHE_CONTROL, stable ? "public, max-age=86400" : "no-cache");
        if (matches(ctx.request().getHeader(HttpHeaders.IF_NONE_MATCH), asset.etag())) {
            response.setStatusCode(304).end();
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, type);
        if (acceptsGzip(ctx)) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip").end(asset.gzip());
        } else {
            response.end(asset.plain());
        }
    }

    private static boolean matches(@Nullable String ifNoneMatch, String etag) {
        return ifNoneMatch != null && (ifNoneMatch.equals("*") || ifNoneMatch.contains(etag));
    }

    private static boolean acceptsGzip(RoutingContext ctx) {
        return ctx.parsedHeaders().acceptEncoding().stream()
                .anyMatch(coding -> coding.value().equalsIgnoreCase("gzip") && coding.weight() > 0);
    }
}
