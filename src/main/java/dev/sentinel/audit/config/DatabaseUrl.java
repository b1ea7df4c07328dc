package dev.sentinel.audit.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Reads {@code DATABASE_URL}. */
final class DatabaseUrl {
    private static final String NAME = "DATABASE_URL";
    private static final String ALLOWED = "sqlite:file (in DATA_DIR) or sqlite:///absolute/path";

    private DatabaseUrl() {}

    /**
     * The SQLite file. {@code sqlite:name} and {@code sqlite:///./name} lie in the data directory; {@code sqlite:/path},
     * {@code sqlite:///path} and SQLAlchemy's {@code sqlite:////path} are absolute.
     */
    static Path sqliteFile(String url, Path dataDirectory) {
        if (url.startsWith("postgres://") || url.startsWith("postgresql://")) {
            throw new ConfigException(
                    NAME, withoutPassword(url), "PostgreSQL is not supported by this version; " + ALLOWED);
        }
        if (!url.startsWith("sqlite:")) {
            throw new ConfigException(NAME, withoutPassword(url), ALLOWED);
        }
        String path = url.substring("sqlite:".length());
        if (path.startsWith("///")) {
            path = path.substring(path.startsWith("////") ? 3 : 2);
            path = path.startsWith("/./") ? path.substring(3) : path;
        }
        if (path.isEmpty() || path.equals("/") || path.equals("/:memory:") || path.equals(":memory:")) {
            throw new ConfigException(NAME, url, ALLOWED);
        }
        try {
            return dataDirectory.resolve(path);
        } catch (InvalidPathException e) {
            throw new ConfigException(NAME, url, ALLOWED);
        }
    }

    private static String withoutPassword(String url) {
        return url.replaceFirst("://[^@/]*@", "://***@");
    }
}
