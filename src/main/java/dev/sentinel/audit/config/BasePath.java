package dev.sentinel.audit.config;

import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The path below which a proxy publishes the server.
 *
 * @param prefix such as {@code /sentinel}: with a slash at its beginning and none at its end; empty for none
 */
public record BasePath(String prefix) {
    /** The server has the whole host. */
    public static final BasePath NONE = new BasePath("");

    /**
     * The first segments of the server's own paths. Requests without the prefix are served too, so a prefix that begins
     * like one of these would hide it.
     */
    public static final Set<String> RESERVED = Set.of("v1", "log", "health", "metrics", "docs", "openapi.json", "ui");

    private static final int MAX_CHARACTERS = 100;

    /** Unreserved characters (RFC 3986, section 2.3): no proxy, browser or client writes them differently. */
    private static final Pattern FORM = Pattern.compile("(/[A-Za-z0-9._~-]+)+/?");

    private static final String RULE =
            "must be a path such as /sentinel, of letters, digits and - . _ ~, with at most 100 characters";

    /**
     * Parses a path, with or without a slash at its end. An empty text and {@code /} are none.
     *
     * @param name the variable, named in the {@link ConfigException}
     * @throws ConfigException if the text is not such a path
     */
    static BasePath parse(String name, String text) {
        if (text.isEmpty() || text.equals("/")) {
            return NONE;
        }
        String[] segments = text.substring(1).split("/");
        if (text.length() > MAX_CHARACTERS
                || !FORM.matcher(text).matches()
                || Arrays.stream(segments).anyMatch(BasePath::isRelative)) {
            throw new ConfigException(name, text, RULE);
        }
        if (RESERVED.contains(segments[0])) {
            throw new ConfigException(name, text, "must not begin with /" + segments[0] + ", a path of the server");
        }
        return new BasePath('/' + String.join("/", segments));
    }

    private static boolean isRelative(String segment) {
        return segment.equals(".") || segment.equals("..");
    }

    /** Whether the server has the whole host. */
    public boolean isNone() {
        return prefix.isEmpty();
    }
}
