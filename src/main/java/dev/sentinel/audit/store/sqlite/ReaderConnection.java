package dev.sentinel.audit.store.sqlite;

import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConfig;
import org.sqlite.jdbc4.JDBC4Connection;

/**
 * A connection that interrupts a statement that runs for too long: searches are bounded in what they read, but a bound
 * that is wrong, or a disk that is slow, must not take all connections. The statement fails with SQLITE_INTERRUPT, and
 * the connection can be used on. One thread at a time.
 */
final class ReaderConnection extends JDBC4Connection {
    /** Between two looks at the clock: about a millisecond. */
    private static final int INSTRUCTIONS = 50_000;

    private final Duration limit;
    private long prepared = System.nanoTime();

    private ReaderConnection(Path file, SQLiteConfig config, Duration limit) throws SQLException {
        super("jdbc:sqlite:" + file, file.toString(), config.toProperties());
        this.limit = limit;
    }

    /** @param limit for a statement, from its preparation on: each is prepared just before it is executed */
    static ReaderConnection open(Path file, SQLiteConfig config, Duration limit) throws SQLException {
        ReaderConnection connection = new ReaderConnection(file, config, limit);
        ProgressHandler.setHandler(connection, INSTRUCTIONS, new ProgressHandler() {
            @Override
            protected int progress() {
                return connection.isOverdue() ? 1 : 0;
            }
        });
        return connection;
    }

    private boolean isOverdue() {
        return System.nanoTime() - prepared > limit.toNanos();
    }

    /** All other ways to prepare a statement lead here. */
    @Override
    public PreparedStatement prepareStatement(String sql, int type, int concurrency, int holdability)
            throws SQLException {
        prepared = System.nanoTime();
        return super.prepareStatement(sql, type, concurrency, holdability);
    }
}
