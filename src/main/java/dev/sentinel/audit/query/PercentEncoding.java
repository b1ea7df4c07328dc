package dev.sentinel.audit.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;

/** Writes text into URIs. */
final class PercentEncoding {
    private PercentEncoding() {}

    /** Everything but RFC 3986's unreserved characters is encoded, so the result fits a path segment and a query. */
    static String encode(String text) {
        // URLEncoder writes forms: the same but for these three.
        return URLEncoder.encode(text, UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }
}
