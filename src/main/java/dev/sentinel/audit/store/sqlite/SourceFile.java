package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.failure.Unusable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A database of which we are guests: its owner may be writing it, or begin to. Read-only; no transaction outlives a
 * query, so that the owner's checkpoints are not held up. Blocking, one thread.
 *
 * <p>Opened as usual, even a reader makes a write-ahead log and its index beside a database that has none at the
 * moment. So a log that nobody has open is read as immutable instead, without locks. Its owner begins with a
 * write-ahead log, before it changes the file: what was read before there is one was read of a file at rest, and when
 * there is one we open it again.
 */
final class SourceFile implements AutoCloseable {
    private final Path file;
    private final Path writeAheadLog;
    private Connection connection;
    private boolean immutable;

    /** Something that is read. May be run twice. */
    @FunctionalInterface
    interface Query<T> {
        T run(Connection connection) throws SQLException;
    }

    private SourceFile(Path file, Path writeAheadLog, Connection connection, boolean immutable) {
        this.file = file;
        this.writeAheadLog = writeAheadLog;
        this.connection = connection;
        this.immutable = immutable;
    }

    /** Throws {@link Unusable}. */
    static SourceFile open(Path source) {
        Path file = source.toAbsolutePath();
        if (!Files.isRegularFile(file)) {
            throw new Unusable(file + " does not exist; is DATA_DIR right, or the path absolute?");
        }
        Path writeAheadLog = file.resolveSibling(file.getFileName() + "-wal");
        try {
            if (!Files.exists(writeAheadLog)) {
                Connection connection = Sqlite.openImmutable(file);
                if (Sqlite.queryLong(connection, "PRAGMA application_id") == LogSchema.APPLICATION_ID) {
                    return new SourceFile(file, writeAheadLog, connection, true);
                }
                // Another program may write without a write-ahead log: only locks tell.
                connection.close();
            }
            return new SourceFile(file, writeAheadLog, Sqlite.openReader(file), false);
        } catch (SQLException e) {
            throw unreadable(file, e);
        }
    }

    Path path() {
        return file;
    }

    /** Throws {@link Unusable}. */
    <T> T read(Query<T> query) {
        try {
            return readOnce(query);
        } catch (SQLException e) {
            throw unreadable(file, e);
        }
    }

    private <T> T readOnce(Query<T> query) throws SQLException {
        if (!immutable) {
            return query.run(connection);
        }
        try {
            T result = query.run(connection);
            if (!Files.exists(writeAheadLog)) {
                return result;
            }
        } catch (SQLException e) {
            if (!Files.exists(writeAheadLog)) {
                throw e;
            }
        }
        connection.close();
        connection = Sqlite.openReader(file);
        immutable = false;
        return query.run(connection);
    }

    private static Unusable unreadable(Path file, SQLException cause) {
        return new Unusable(file + " cannot be read: " + Sqlite.reason(cause), cause);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw unreadable(file, e);
        }
    }
}
