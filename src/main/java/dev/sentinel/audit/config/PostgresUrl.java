package dev.sentinel.audit.config;

import dev.sentinel.audit.config.Database.SslMode;
import dev.sentinel.audit.config.Database.Tls;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses a PostgreSQL <a
 * href="https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS">connection URI</a> with one
 * host. Written by hand because {@code java.net.URI} rejects underscores in host names, which container names have, and
 * the driver's parser repeats the whole URI, with the password, in its errors.
 */
final class PostgresUrl {
    static final String FORM = "postgresql://user:password@host:5432/database?sslmode=verify-full";

    private static final int DEFAULT_PORT = 5432;
    private static final Pattern PORT = Pattern.compile("\\d{1,5}");

    /** An IPv6 address in brackets or a host name, then an optional port. */
    private static final Pattern HOST = Pattern.compile("(?:\\[([0-9a-fA-F:.]+)]|([^:\\[\\]]*))(?::(.*))?");

    private static final Set<String> PARAMETERS = Set.of(
            "user", "password", "sslmode", "sslrootcert", "sslcert", "sslkey", "application_name", "search_path");

    private final String name;
    private final String url;

    private PostgresUrl(String name, String url) {
        this.name = name;
        this.url = url;
    }

    static boolean isPostgres(String url) {
        return url.startsWith("postgres://") || url.startsWith("postgresql://");
    }

    static Database.Postgres parse(String name, String url) {
        return new PostgresUrl(name, url).parse();
    }

    private Database.Postgres parse() {
        String rest = url.substring(url.indexOf("://") + 3);
        int query = rest.indexOf('?');
        Map<String, String> parameters = parameters(query < 0 ? "" : rest.substring(query + 1));
        rest = query < 0 ? rest : rest.substring(0, query);
        int at = rest.lastIndexOf('@');
        String credentials = at < 0 ? "" : rest.substring(0, at);
        String location = rest.substring(at + 1);
        int slash = location.indexOf('/');
        Matcher host = HOST.matcher(slash < 0 ? location : location.substring(0, slash));
        if (!host.matches() || location.contains(",")) {
            throw invalid("must have one host, such as " + FORM);
        }
        int colon = credentials.indexOf(':');
        String user =
                parameters.getOrDefault("user", decoded(colon < 0 ? credentials : credentials.substring(0, colon)));
        if (user.isEmpty()) {
            throw invalid("must have a user, such as " + FORM);
        }
        String database = slash < 0 ? "" : decoded(location.substring(slash + 1));
        String hostName = host.group(1) != null ? host.group(1) : decoded(host.group(2));
        return new Database.Postgres(
                hostName.isEmpty() ? "localhost" : hostName,
                port(host.group(3)),
                database.isEmpty() ? user : database,
                user,
                parameters.getOrDefault("password", colon < 0 ? "" : decoded(credentials.substring(colon + 1))),
                tls(parameters),
                parameters.getOrDefault("application_name", "sentinel"),
                parameters.getOrDefault("search_path", ""));
    }

    private Map<String, String> parameters(String text) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : text.isEmpty() ? new String[0] : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            if (equals < 0 || !PARAMETERS.contains(key)) {
                throw invalid("has an unknown parameter; use only "
                        + String.join(", ", PARAMETERS.stream().sorted().toList()));
            }
            parameters.put(key, decoded(pair.substring(equals + 1)));
        }
        return parameters;
    }

    private int port(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return DEFAULT_PORT;
        }
        int port = PORT.matcher(text).matches() ? Integer.parseInt(text) : 0;
        if (port < 1 || port > 65_535) {
            throw invalid("must have a port from 1 to 65535, such as " + FORM);
        }
        return port;
    }

    private Tls tls(Map<String, String> parameters) {
        @Nullable Path certificate = path(parameters.get("sslcert"));
        @Nullable Path key = path(parameters.get("sslkey"));
        if ((certificate == null) != (key == null)) {
            throw invalid("must set both sslcert and sslkey, or neither");
        }
        String root = parameters.get("sslrootcert");
        boolean javaTrustStore = "system".equals(root);
        SslMode mode = sslMode(parameters.getOrDefault("sslmode", javaTrustStore ? "verify-full" : "prefer"));
        if (javaTrustStore && mode != SslMode.VERIFY_FULL) {
            // Like libpq: anyone can get a certificate from these authorities, so the host name must be verified too.
            throw invalid("must have sslmode=verify-full with sslrootcert=system");
        }
        return new Tls(mode, javaTrustStore ? null : path(root), certificate, key);
    }

    private static @Nullable Path path(@Nullable String text) {
        return text == null || text.isEmpty() ? null : Path.of(text);
    }

    private SslMode sslMode(String text) {
        for (SslMode mode : SslMode.values()) {
            if (mode.name().replace('_', '-').toLowerCase(Locale.ROOT).equals(text)) {
                return mode;
            }
        }
        throw invalid("must have an sslmode of disable, allow, prefer, require, verify-ca or verify-full");
    }

    /** Decodes percent-encoding. As in URIs, a plus sign stands for itself. */
    private String decoded(String text) {
        String decoded;
        try {
            decoded = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw invalid("must have valid percent-encoding, such as %40 for @");
        }
        if (decoded.indexOf('\0') >= 0) {
            // NUL ends a value in the PostgreSQL protocol.
            throw invalid("must not contain %00");
        }
        return decoded;
    }

    private ConfigException invalid(String rule) {
        return new ConfigException(name, DatabaseUrl.withoutSecrets(url), rule);
    }
}
