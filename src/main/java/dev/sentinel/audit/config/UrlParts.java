package dev.sentinel.audit.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a URL of a service: {@code scheme://user:password@host:port/path?query}, decoded but for the query.
 * Written by hand because {@code java.net.URI} rejects underscores in host names, which container names have, and
 * because parsers repeat the whole URL, with the password, in their errors.
 *
 * @param scheme in lower case
 * @param user empty if there is none
 * @param password null if there is none
 * @param host an IP address without brackets, or a name; empty if there is none
 * @param port from 1 to 65535
 * @param path without its first slash; empty if there is none
 * @param query empty if there is none
 */
record UrlParts(
        String scheme, String user, @Nullable String password, String host, int port, String path, String query) {
    private static final Pattern PORT = Pattern.compile("\\d{1,5}");

    /** An IPv6 address in brackets or a host name, then an optional port. */
    private static final Pattern HOST = Pattern.compile("(?:\\[([0-9a-fA-F:.]+)]|([^:\\[\\]]*))(?::(.*))?");

    /**
     * Splits a URL that has {@code ://}.
     *
     * @param name the variable or option, named in the {@link ConfigException}
     * @param form an example, for messages
     * @throws ConfigException if the URL is not valid; the message contains no password
     */
    static UrlParts parse(String name, String url, int defaultPort, String form) {
        int scheme = url.indexOf("://");
        String rest = url.substring(scheme + 3);
        int question = rest.indexOf('?');
        String query = question < 0 ? "" : rest.substring(question + 1);
        rest = question < 0 ? rest : rest.substring(0, question);
        int at = rest.lastIndexOf('@');
        String credentials = at < 0 ? "" : rest.substring(0, at);
        String location = rest.substring(at + 1);
        int slash = location.indexOf('/');
        Matcher host = HOST.matcher(slash < 0 ? location : location.substring(0, slash));
        if (!host.matches() || location.contains(",")) {
            throw invalid(name, url, "must have one host, such as " + form);
        }
        int colon = credentials.indexOf(':');
        return new UrlParts(
                url.substring(0, scheme),
                decoded(name, url, colon < 0 ? credentials : credentials.substring(0, colon)),
                colon < 0 ? null : decoded(name, url, credentials.substring(colon + 1)),
                host.group(1) != null ? host.group(1) : decoded(name, url, host.group(2)),
                port(name, url, host.group(3), defaultPort, form),
                slash < 0 ? "" : decoded(name, url, location.substring(slash + 1)),
                query);
    }

    private static int port(String name, String url, @Nullable String text, int defaultPort, String form) {
        if (text == null || text.isEmpty()) {
            return defaultPort;
        }
        int port = PORT.matcher(text).matches() ? Integer.parseInt(text) : 0;
        if (port < 1 || port > 65_535) {
            throw invalid(name, url, "must have a port from 1 to 65535, such as " + form);
        }
        return port;
    }

    /** Decodes percent-encoding. As in URIs, a plus sign stands for itself. */
    static String decoded(String name, String url, String text) {
        String decoded;
        try {
            decoded = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw invalid(name, url, "must have valid percent-encoding, such as %40 for @");
        }
        if (decoded.indexOf('\0') >= 0) {
            // NUL ends a value in the PostgreSQL protocol.
            throw invalid(name, url, "must not contain %00");
        }
        return decoded;
    }

    static ConfigException invalid(String name, String url, String rule) {
        return new ConfigException(name, DatabaseUrl.withoutSecrets(url), rule);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return scheme + "://" + host + ":" + port + "/" + path;
    }
}
