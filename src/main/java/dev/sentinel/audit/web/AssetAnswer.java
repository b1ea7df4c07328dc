package dev.sentinel.audit.web;

import dev.sentinel.audit.http.Gzip;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Answers with a file, compressed for who takes that, or with nothing for who has it already. Event loop. */
public final class AssetAnswer {
    private AssetAnswer() {}

    /**
     * Ends the response.
     *
     * @param cacheControl how long the file may be used without asking again
     */
    public static void send(RoutingContext ctx, Asset asset, String cacheControl) {
        HttpServerResponse response = ctx.response()
                .putHeader(HttpHeaders.ETAG, asset.etag())
                .putHeader(HttpHeaders.CACHE_CONTROL, cacheControl);
        // An allowed origin is named there already.
        response.headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        if (matches(ctx.request().getHeader(HttpHeaders.IF_NONE_MATCH), asset.etag())) {
            response.setStatusCode(304).end();
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, asset.type());
        if (Gzip.isAccepted(ctx)) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip").end(asset.gzip());
        } else {
            response.end(asset.plain());
        }
    }

    private static boolean matches(@Nullable String ifNoneMatch, String etag) {
        return ifNoneMatch != null && (ifNoneMatch.equals("*") || ifNoneMatch.contains(etag));
    }
}
