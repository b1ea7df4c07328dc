package dev.sentinel.audit.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;

/** Encodes text for URIs. */
final class PercentEncoding {
    private PercentEncoding() {}

    /** Encodes everything except RFC 3986's unreserved characters, so the result fits a path segment and a query. */
    static String encode(String text) {
        // URLEncoder encodes for forms, which differs in these three.
        return URLEncoder.encode(text, UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }
}
