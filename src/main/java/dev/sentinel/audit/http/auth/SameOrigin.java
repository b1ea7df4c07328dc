package dev.sentinel.audit.http.auth;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Whether a browser sends a request for a page of this server. Uses the browser's own statement (Fetch Metadata), or
 * else the Origin field (RFC 6454), which browsers send with every request that may change something. Browsers do not
 * let pages set either.
 */
final class SameOrigin {
    private static final String SITE = "Sec-Fetch-Site";

    private SameOrigin() {}

    /** Whether a browser states for which page it sends this request; other clients do not. */
    static boolean isStated(HttpServerRequest request) {
        return request.headers().contains(SITE) || request.headers().contains(HttpHeaders.ORIGIN);
    }

    /** Whether the page has the scheme, host and port of this server, as far as the browser states it. */
    static boolean holds(HttpServerRequest request) {
        return holds(request, true);
    }

    /**
     * As {@link #holds}, but takes a page of another port for one of this server if only the Origin field tells: some
     * proxies omit the port from the Host field.
     */
    static boolean holdsExceptPort(HttpServerRequest request) {
        return holds(request, false);
    }

    private static boolean holds(HttpServerRequest request, boolean withPort) {
        String site = request.getHeader(SITE);
        if (site != null) {
            return site.equals("same-origin") || site.equals("none");
        }
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        return origin == null || equal(parse(origin), request.authority(), withPort);
    }

    private static boolean equal(@Nullable URI origin, @Nullable HostAndPort host, boolean withPort) {
        return origin != null
                && origin.getHost() != null
                && host != null
                && origin.getHost().equalsIgnoreCase(host.host())
                && (!withPort || origin.getPort() == host.port() || (isDefault(origin) && isDefault(origin, host)));
    }

    private static boolean isDefault(URI origin) {
        return origin.getPort() < 0 || origin.getPort() == defaultPort(origin);
    }

    private static boolean isDefault(URI origin, HostAndPort host) {
        return host.port() < 0 || host.port() == defaultPort(origin);
    }

    private static int defaultPort(URI origin) {
        return "https".equalsIgnoreCase(origin.getScheme()) ? 443 : 80;
    }

    private static @Nullable URI parse(String origin) {
        try {
            return URI.create(origin);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
