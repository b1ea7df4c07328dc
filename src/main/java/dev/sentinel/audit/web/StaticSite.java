package dev.sentinel.audit.web;

import dev.sentinel.audit.http.EntityTag;
import dev.sentinel.audit.http.Gzip;
import dev.sentinel.audit.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests with files from memory. The files are loaded on a worker at the first request, and then kept. A path
 * that is not a key of the map is a 404: no path of a request reaches the class loader or the file system. Any thread.
 */
final class StaticSite implements Handler<RoutingContext> {
    private final Supplier<Map<String, StaticFile>> loader;

    private volatile @Nullable Map<String, StaticFile> files;

    /** @param loader returns the files by the paths of their URLs; may block, and may be called more than once */
    StaticSite(Supplier<Map<String, StaticFile>> loader) {
        this.loader = loader;
    }

    /** Ends the response, or fails the context. */
    @Override
    public void handle(RoutingContext ctx) {
        // As the client sent it: Vert.x removes the slash at the end from the normalized path.
        String path = ctx.request().path();
        files(ctx.vertx())
                .onSuccess(loaded -> {
                    StaticFile file = loaded.get(path);
                    if (file == null) {
                        ctx.fail(new Problem(404, "There is no such file.").asException());
                    } else {
                        send(ctx, file);
                    }
                })
                .onFailure(ctx::fail);
    }

    private Future<Map<String, StaticFile>> files(Vertx vertx) {
        Map<String, StaticFile> known = files;
        if (known != null) {
            return Future.succeededFuture(known);
        }
        // Two event loops may both load the files at first. The results are equal, so either may be kept.
        return vertx.executeBlocking(() -> Map.copyOf(loader.get()), false).onSuccess(loaded -> files = loaded);
    }

    private static void send(RoutingContext ctx, StaticFile file) {
        HttpServerResponse response = ctx.response().putHeader(HttpHeaders.ETAG, file.etag());
        file.headers().forEach(response::putHeader);
        // Cross-origin handling may have named Origin already.
        response.headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        if (EntityTag.isKnown(ctx, file.etag())) {
            response.headers().remove(HttpHeaders.CONTENT_TYPE);
            response.setStatusCode(304).end();
        } else if (file.gzip() != null && Gzip.isAccepted(ctx)) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip").end(file.gzip());
        } else {
            response.end(file.plain());
        }
    }
}
