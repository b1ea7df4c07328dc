package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.failure.Unavailable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Opens connections and understands SQLite's errors. Blocking: worker threads only. */
final class Sqlite {
    private Sqlite() {}

    /** A connection that may write; made if the file does not exist. */
    static Connection openWriter(Path file, String synchronous) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(5_000);
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
        try {
            execute(connection, "PRAGMA journal_mode=WAL");
            execute(connection, "PRAGMA synchronous=" + synchronous);
            // The writers say when: a checkpoint inside a commit would stall everyone who waits for it.
            execute(connection, "PRAGMA wal_autocheckpoint=0");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** A connection that several processes may have to a file of few rows. */
    static Connection openSmall(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(5_000);
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
        try {
            execute(connection, "PRAGMA synchronous=FULL");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** A connection that cannot write, for look-ups on a writer's thread. */
    static Connection openReader(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(5_000);
        return config.createConnection("jdbc:sqlite:" + file);
    }

    /** A connection to a file that nobody writes: without locks, and without files beside it. */
    static Connection openImmutable(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        return config.createConnection("jdbc:sqlite:file:" + file.toUri().getRawPath() + "?immutable=1");
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static long queryLong(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    /** Moves what the write-ahead log holds into the database, as far as readers allow; returns the pages it holds. */
    static long checkpoint(Connection connection, String mode) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(" + mode + ")")) {
            return row.next() ? row.getLong(2) : 0;
        }
    }

    /** For a failure while running: the client is told to come back, the log file is told why. */
    static Unavailable unavailable(SQLException cause) {
        return new Unavailable("SQLite: " + reason(cause), cause);
    }

    /** True if the file is no database or its pages contradict each other. */
    static boolean isDamage(SQLException cause) {
        int code = primaryCode(cause);
        return code == SQLiteErrorCode.SQLITE_CORRUPT.code || code == SQLiteErrorCode.SQLITE_NOTADB.code;
    }

    static boolean isSyncFailure(SQLException cause) {
        return cause instanceof SQLiteException sqlite && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_IOERR_FSYNC;
    }

    /** One readable line for an operator. */
    static String reason(SQLException cause) {
        int code = primaryCode(cause);
        if (code == SQLiteErrorCode.SQLITE_NOTADB.code) {
            return "the file is not an SQLite database";
        }
        if (code == SQLiteErrorCode.SQLITE_CORRUPT.code) {
            return "the file is damaged";
        }
        if (code == SQLiteErrorCode.SQLITE_READONLY.code) {
            return "the file or its directory is read-only for this user";
        }
        if (code == SQLiteErrorCode.SQLITE_CANTOPEN.code) {
            return "the file cannot be opened (does its directory exist, and may this user write it?)";
        }
        if (code == SQLiteErrorCode.SQLITE_FULL.code) {
            return "the disk is full";
        }
        if (code == SQLiteErrorCode.SQLITE_BUSY.code) {
            return "another program holds a lock on the database";
        }
        return String.valueOf(cause.getMessage());
    }

    private static int primaryCode(SQLException cause) {
        return cause instanceof SQLiteException sqlite ? sqlite.getResultCode().code & 0xff : 0;
    }
}
