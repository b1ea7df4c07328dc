package dev.sentinel.audit.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/** Compares what a client has with what it would get (RFC 9110, sections 8.8.3 and 13.1.2). */
public final class EntityTag {
    private EntityTag() {}

    /**
     * Whether the client says that it has the answer.
     *
     * @param etag of the answer, with its quotes
     */
    public static boolean isKnown(RoutingContext ctx, String etag) {
        String known = ctx.request().getHeader(HttpHeaders.IF_NONE_MATCH);
        return known != null && (known.equals("*") || known.contains(etag));
    }
}
