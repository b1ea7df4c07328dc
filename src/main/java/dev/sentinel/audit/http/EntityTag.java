package dev.sentinel.audit.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Compares what a client has with what it would get (RFC 9110, sections 8.8.3 and 13.1.2). */
public final class EntityTag {
    private EntityTag() {}

    /**
     * Whether the client names the answer as one that it has.
     *
     * @param etag of the answer, with its quotes
     */
    public static boolean isNamed(RoutingContext ctx, String etag) {
        @Nullable String known = ctx.request().getHeader(HttpHeaders.IF_NONE_MATCH);
        return known != null && known.contains(etag);
    }

    /** As {@link #isNamed}, or the client has any: only for an answer that there is. */
    public static boolean isKnown(RoutingContext ctx, String etag) {
        return isNamed(ctx, etag) || "*".equals(ctx.request().getHeader(HttpHeaders.IF_NONE_MATCH));
    }
}
