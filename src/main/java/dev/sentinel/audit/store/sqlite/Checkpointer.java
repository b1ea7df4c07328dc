package dev.sentinel.audit.store.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Moves the log's write-ahead log into its database file. Blocking; worker threads.
 *
 * <p>PASSIVE runs beside commits and waits for nobody. It never catches up with a writer that does not pause, so SQLite
 * could never start the write-ahead log over; when that has grown, the writer itself finishes the short rest between
 * two commits.
 */
final class Checkpointer implements AutoCloseable {
    private final Path file;
    private @Nullable Connection connection;
    private volatile long walPages;

    Checkpointer(Path file) {
        this.file = file;
    }

    /** Pages in the write-ahead log after the last run, moved or not. Any thread. */
    long walPages() {
        return walPages;
    }

    synchronized void run(String mode) throws SQLException {
        if (connection == null) {
            connection = Sqlite.openWriter(file, "FULL");
        }
        walPages = Sqlite.checkpoint(connection, mode);
    }

    @Override
    public synchronized void close() throws SQLException {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }
}
