package dev.sentinel.audit.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Parses database URLs such as {@code DATABASE_URL}. */
public final class DatabaseUrl {
    private static final String RULE =
            "must be sqlite:file (in DATA_DIR), sqlite:///absolute/path or " + PostgresUrl.FORM;

    private DatabaseUrl() {}

    /**
     * Parses a URL. {@code sqlite:name} and {@code sqlite:///./name} are in the data directory; {@code sqlite:/path},
     * {@code sqlite:///path} and SQLAlchemy's {@code sqlite:////path} are absolute.
     *
     * @param name the variable or option, named in the {@link ConfigException}
     * @throws ConfigException if the URL is not valid; the message contains no password
     */
    public static Database parse(String name, String url, Path dataDirectory) {
        if (PostgresUrl.isPostgres(url)) {
            return PostgresUrl.parse(name, url);
        }
        if (!url.startsWith("sqlite:")) {
            throw new ConfigException(name, withoutSecrets(url), RULE);
        }
        return new Database.Sqlite(sqliteFile(name, url, dataDirectory));
    }

    private static Path sqliteFile(String name, String url, Path dataDirectory) {
        String path = url.substring("sqlite:".length());
        if (path.startsWith("///")) {
            path = path.substring(path.startsWith("////") ? 3 : 2);
            path = path.startsWith("/./") ? path.substring(3) : path;
        }
        if (path.isEmpty() || path.equals("/") || path.equals("/:memory:") || path.equals(":memory:")) {
            throw new ConfigException(name, url, RULE);
        }
        try {
            return dataDirectory.resolve(path);
        } catch (InvalidPathException e) {
            throw new ConfigException(name, url, RULE);
        }
    }

    /** A URL that cannot be parsed may hold a password anywhere, so only the scheme is kept. */
    static String withoutSecrets(String url) {
        int end = url.indexOf("://");
        return end < 0 ? url : url.substring(0, end) + "://***";
    }
}
