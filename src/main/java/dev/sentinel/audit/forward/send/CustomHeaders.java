package dev.sentinel.audit.forward.send;

import io.vertx.core.MultiMap;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Headers that a receiver asks for, such as the key of an API: lines of {@code Name: value}. */
final class CustomHeaders {
    private static final int MAX_HEADERS = 20;

    /** A token, and visible characters and blanks (RFC 9110, sections 5.1 and 5.5). */
    private static final Pattern LINE =
            Pattern.compile("([A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}):[ \\t]*([\\x20-\\x7E\\t]{1,4000})");

    /** Those that say how the request is to be read. */
    private static final Set<String> RESERVED = Set.of(
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "expect",
            "host",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "user-agent",
            "webhook-id",
            "webhook-signature",
            "webhook-timestamp");

    private CustomHeaders() {}

    /** @throws IllegalArgumentException if a line is no header; names the line and not its value */
    static MultiMap parse(String text) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        int number = 0;
        for (String line : text.lines().map(String::strip).toList()) {
            number++;
            if (line.isEmpty()) {
                continue;
            }
            Matcher header = LINE.matcher(line);
            if (!header.matches()) {
                throw new IllegalArgumentException("headers must be lines of Name: value; line " + number + " is not");
            }
            String name = header.group(1);
            if (RESERVED.contains(name.toLowerCase(Locale.ROOT)) || headers.contains(name)) {
                throw new IllegalArgumentException("headers must not contain " + name + " again");
            }
            headers.add(name, header.group(2));
        }
        if (headers.size() > MAX_HEADERS) {
            throw new IllegalArgumentException("headers must be at most " + MAX_HEADERS);
        }
        return headers;
    }
}
