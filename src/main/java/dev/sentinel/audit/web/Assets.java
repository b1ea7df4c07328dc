package dev.sentinel.audit.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

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
        // What changes with the server is asked for again each time; with the ETag that costs no bytes.
        String cacheControl = OF_WEBJAR.contains(name) ? "public, max-age=86400" : "no-cache";
        asset(ctx.vertx(), name, type)
                .onSuccess(asset -> AssetAnswer.send(ctx, asset, cacheControl))
                .onFailure(ctx::fail);
    }

    private Future<Asset> asset(Vertx vertx, String name, String type) {
        Asset known = loaded.get(name);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        // Two event loops may both read a file at first: the same bytes, once too often.
        return vertx.executeBlocking(() -> Asset.of(type, read(name)), false)
                .onSuccess(asset -> loaded.put(name, asset));
    }

    private byte[] read(String name) {
        if (OF_WEBJAR.contains(name)) {
            return Asset.readPackaged("org.webjars", "swagger-ui", name);
        }
        byte[] bytes = Asset.read("dev/sentinel/audit/web/docs/" + name);
        return name.equals(CONTRACT)
                ? new String(bytes, UTF_8).replace("${version}", version).getBytes(UTF_8)
                : bytes;
    }
}
