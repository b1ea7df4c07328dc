package dev.sentinel.audit.store.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Moves the log's write-ahead log into its database file. Blocking; worker threads.
 *
 * <p>PASSIVE runs in parallel to commits and does not wait for readers or writers. It never catches up with a writer
 * that does not pause, so SQLite could never restart the write-ahead log. When the log has grown too large, the writer
 * itself checkpoints the short remainder between two commits.
 */
final class Checkpointer implements AutoCloseable {
    private final Path file;
    private @Nullable Connection connection;
    private volatile long walPages;

    Checkpointer(Path file) {
        this.file = file;
    }

    /** Pages in the write-ahead log after the last run, including those already checkpointed. Any thread. */
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
