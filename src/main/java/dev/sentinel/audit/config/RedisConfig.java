package dev.sentinel.audit.config;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Redis or Valkey server that several servers of a log share. {@code toString} omits the password.
 *
 * @param host a name or an IP address, without brackets
 * @param user empty for the default user
 * @param password null if there is none
 * @param database number of the logical database
 * @param tls whether the connection is encrypted and the certificate verified
 * @param timeout how long a request waits for an answer before it goes on without
 */
public record RedisConfig(
        String host, int port, String user, @Nullable String password, int database, boolean tls, Duration timeout) {
    private static final String FORM = "redis://user:password@host:6379/0, or rediss:// for TLS";
    private static final int DEFAULT_PORT = 6379;
    private static final Pattern DATABASE = Pattern.compile("[0-9]{1,4}");

    /**
     * Parses a URL in the form of the <a href="https://www.iana.org/assignments/uri-schemes/prov/redis">scheme
     * redis</a>.
     *
     * @throws ConfigException if the URL is not valid; the message contains no password
     */
    static RedisConfig parse(String name, String url, Duration timeout) {
        if (!url.startsWith("redis://") && !url.startsWith("rediss://")) {
            throw UrlParts.invalid(name, url, "must be " + FORM);
        }
        UrlParts parts = UrlParts.parse(name, url, DEFAULT_PORT, FORM);
        if (!parts.query().isEmpty()) {
            throw UrlParts.invalid(name, url, "must have no parameters; write " + FORM);
        }
        if (!parts.path().isEmpty() && !DATABASE.matcher(parts.path()).matches()) {
            throw UrlParts.invalid(name, url, "must end in the number of a database, such as " + FORM);
        }
        // redis://secret@host is a password with some clients and a user with others.
        if (parts.password() == null && !parts.user().isEmpty()) {
            throw UrlParts.invalid(name, url, "must have a colon before the password, such as " + FORM);
        }
        return new RedisConfig(
                parts.host().isEmpty() ? "localhost" : parts.host(),
                parts.port(),
                parts.user(),
                parts.password(),
                parts.path().isEmpty() ? 0 : Integer.parseInt(parts.path()),
                parts.scheme().equals("rediss"),
                timeout);
    }

    @Override
    public String toString() {
        return (tls ? "rediss://" : "redis://") + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/"
                + database;
    }
}
