package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.failure.Unusable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the small SQLite file {@code sentinel_audit.state.db}, which has what the server remembers beside the
 * log. Blocking, one thread at a time. Methods throw {@link dev.sentinel.audit.failure.Failure}.
 */
final class StateFile implements AutoCloseable {
    private final Connection connection;

    /** @param connection one that its owner has opened and checked */
    StateFile(Connection connection) {
        this.connection = connection;
    }

    /** Opens or creates the file beside a log. Throws {@link Unusable} if it cannot be used. */
    static StateFile open(Path log) {
        // One fsync for a cursor instead of several.
        return new StateFile(StateSchema.TABLES.open(SqliteFiles.of(log).state(), "PRAGMA journal_mode=WAL"));
    }

    PreparedStatement prepare(String sql, @Nullable Object... parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }

    long queryLong(String sql) throws SQLException {
        return Sqlite.queryLong(connection, sql);
    }

    /** Runs a statement, and returns whether it changed a row. */
    boolean update(String sql, @Nullable Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(sql, parameters)) {
            return statement.executeUpdate() > 0;
        }
    }

    <T> T inTransaction(Callable<T> work) {
        try {
            Sqlite.execute(connection, "BEGIN IMMEDIATE");
            try {
                T result = work.call();
                Sqlite.execute(connection, "COMMIT");
                return result;
            } catch (SQLException | RuntimeException e) {
                Sqlite.execute(connection, "ROLLBACK");
                throw e;
            }
        } catch (SQLException e) {
            throw Sqlite.unavailable(e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw Sqlite.unavailable(e);
        }
    }
}
