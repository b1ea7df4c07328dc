package dev.sentinel.audit.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * What the server requires of a request head before it routes it (RFC 9112, sections 3.2 and 3.3). The framework would
 * fail on such requests in its own way, with a 500 and a stack trace for each.
 */
final class RequestRules {
    private RequestRules() {}

    /** The refusal of a request; null if it may be routed. */
    static @Nullable Problem broken(HttpServerRequest request) {
        int hosts = request.headers().getAll(HttpHeaders.HOST).size();
        if (hosts > 1) {
            return new Problem(400, "The request has more than one Host field. Send exactly one.");
        }
        // Health checks of load balancers often use HTTP/1.0, which has no Host.
        if (hosts == 0 && request.version() != HttpVersion.HTTP_1_0) {
            return new Problem(400, "The request has no Host field, which HTTP/1.1 requires. Send one.");
        }
        if (hosts == 1 && request.authority() == null) {
            return new Problem(400, "The Host field is not a host with an optional port.");
        }
        String path = request.path();
        boolean wholeServer = "*".equals(path) && HttpMethod.OPTIONS.equals(request.method());
        if (!wholeServer && (path == null || !path.startsWith("/"))) {
            return new Problem(400, "The path of the URL must begin with a slash.");
        }
        return null;
    }
}
