package dev.sentinel.audit.aws;

import java.net.URI;
import java.util.regex.Pattern;

/** The part of a URL that names a stream, a bucket or a table. Throws {@link IllegalArgumentException}. */
final class AwsUrl {
    private AwsUrl() {}

    /** The name in a URL that has nothing else. */
    static String named(URI url, String what, String pattern) {
        String path = url.getRawPath();
        if (path != null && !path.isEmpty() && !path.equals("/")) {
            throw new IllegalArgumentException("the URL must name a " + what + " and have no path");
        }
        return first(url, what, pattern);
    }

    /** The name in a URL that may have a path. */
    static String first(URI url, String what, String pattern) {
        // Not the host: a name may have characters that a host has not.
        String name = url.getRawAuthority();
        if (name == null || !Pattern.matches(pattern, name)) {
            throw new IllegalArgumentException(
                    "the URL must name a " + what + ", such as " + url.getScheme() + "://agent-events");
        }
        return name;
    }
}
