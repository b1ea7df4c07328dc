package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.failure.Unusable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A database that another process owns and may be writing, or may start to write. Read-only. No transaction outlives a
 * query, so that the owner's checkpoints are not delayed. Blocking, one thread.
 *
 * <p>A normal reader would create a write-ahead log and its index beside a database that has none. So a log that no
 * process has open is read as immutable, without locks. Its owner creates a write-ahead log before it changes the file:
 * everything read before that was read from an unchanging file, and once the write-ahead log exists, the file is
 * reopened normally.
 */
final class SourceFile implements AutoCloseable {
    private final Path file;
    private final Path writeAheadLog;
    private Connection connection;
    private boolean immutable;

    /** A read operation. May be run twice. */
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

    /** Throws {@link Unusable} if the file does not exist or cannot be read. */
    static SourceFile open(Path source) {
        return open(source, LogSchema.APPLICATION_ID);
    }

    /**
     * As {@link #open(Path)}.
     *
     * @param application the {@code application_id} of files of which the owner writes with a write-ahead log
     */
    static SourceFile open(Path source, long application) {
        Path file = source.toAbsolutePath();
        if (!Files.isRegularFile(file)) {
            throw new Unusable(file + " does not exist; check DATA_DIR, or give an absolute path");
        }
        Path writeAheadLog = file.resolveSibling(file.getFileName() + "-wal");
        try {
            if (!Files.exists(writeAheadLog)) {
                Connection connection = Sqlite.openImmutable(file);
                if (Sqlite.queryLong(connection, "PRAGMA application_id") == application) {
                    return new SourceFile(file, writeAheadLog, connection, true);
                }
                // Another program may write without a write-ahead log: only locks detect that.
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

    /** Throws {@link Unusable} if the file cannot be read. */
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
