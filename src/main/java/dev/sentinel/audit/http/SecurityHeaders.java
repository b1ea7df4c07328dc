package dev.sentinel.audit.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/**
 * Headers that restrict what browsers may do with a response. A page that needs more sets its own
 * Content-Security-Policy.
 */
final class SecurityHeaders {
    private static final CharSequence NO_SNIFF_NAME = HttpHeaders.createOptimized("X-Content-Type-Options");
    private static final CharSequence NO_SNIFF = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence POLICY_NAME = HttpHeaders.createOptimized("Content-Security-Policy");
    private static final CharSequence POLICY =
            HttpHeaders.createOptimized("default-src 'none'; frame-ancestors 'none'");
    private static final CharSequence REFERRER_NAME = HttpHeaders.createOptimized("Referrer-Policy");
    private static final CharSequence REFERRER = HttpHeaders.createOptimized("no-referrer");
    private static final CharSequence RESOURCE_NAME = HttpHeaders.createOptimized("Cross-Origin-Resource-Policy");
    private static final CharSequence RESOURCE = HttpHeaders.createOptimized("same-origin");

    private SecurityHeaders() {}

    static void set(HttpServerResponse response) {
        response.putHeader(NO_SNIFF_NAME, NO_SNIFF)
                .putHeader(POLICY_NAME, POLICY)
                .putHeader(REFERRER_NAME, REFERRER)
                .putHeader(RESOURCE_NAME, RESOURCE);
    }
}
