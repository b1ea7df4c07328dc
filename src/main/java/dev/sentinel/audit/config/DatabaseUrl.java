package dev.sentinel.audit.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Reads the address of a database, as in {@code DATABASE_URL}. */
public final class DatabaseUrl {
    private static final String ALLOWED = "sqlite:file (in DATA_DIR), sqlite:///absolute/path or " + PostgresUrl.FORM;

    private DatabaseUrl() {}

    /**
     * The database. {@code sqlite:name} and {@code sqlite:///./name} lie in the data directory; {@code sqlite:/path},
     * {@code sqlite:///path} and SQLAlchemy's {@code sqlite:////path} are absolute.
     *
     * @param name of the variable or option, for the {@link ConfigException} that says what is wrong, without passwords
     */
    public static Database parse(String name, String url, Path dataDirectory) {
        if (PostgresUrl.isOne(url)) {
            return PostgresUrl.parse(name, url);
        }
        if (!url.startsWith("sqlite:")) {
            throw new ConfigException(name, withoutSecrets(url), ALLOWED);
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
            throw new ConfigException(name, url, ALLOWED);
        }
        try {
            return dataDirectory.resolve(path);
        } catch (InvalidPathException e) {
            throw new ConfigException(name, url, ALLOWED);
        }
    }

    /** What cannot be read may hold a password anywhere. */
    static String withoutSecrets(String url) {
        int end = url.indexOf("://");
        return end < 0 ? url : url.substring(0, end) + "://***";
    }
}
