package dev.sentinel.audit.config;

import dev.sentinel.audit.config.Database.SslMode;
import dev.sentinel.audit.config.Database.Tls;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses a PostgreSQL <a
 * href="https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS">connection URI</a> with one
 * host.
 */
final class PostgresUrl {
    static final String FORM = "postgresql://user:password@host:5432/database?sslmode=verify-full";

    private static final int DEFAULT_PORT = 5432;
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
        UrlParts parts = UrlParts.parse(name, url, DEFAULT_PORT, FORM);
        Map<String, String> parameters = parameters(parts.query());
        String user = parameters.getOrDefault("user", parts.user());
        if (user.isEmpty()) {
            throw invalid("must have a user, such as " + FORM);
        }
        return new Database.Postgres(
                parts.host().isEmpty() ? "localhost" : parts.host(),
                parts.port(),
                parts.path().isEmpty() ? user : parts.path(),
                user,
                parameters.getOrDefault("password", parts.password() == null ? "" : parts.password()),
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
            parameters.put(key, UrlParts.decoded(name, url, pair.substring(equals + 1)));
        }
        return parameters;
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

    private ConfigException invalid(String rule) {
        return UrlParts.invalid(name, url, rule);
    }
}
