package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Opens connections and translates SQLite's errors. Blocking: worker threads only. */
final class Sqlite {
    /** More than the writers write between two checkpoints, so that the file is rarely cut and grown again. */
    static final int MAX_IDLE_WAL_BYTES = 64 << 20;

    /** Far more than any value of ours. */
    private static final int MAX_VALUE_BYTES = 16 << 20;

    private Sqlite() {}

    /** A connection that may write; creates the file, for its owner only, if it does not exist. */
    static Connection openWriter(Path file, String synchronous) throws SQLException {
        createIfMissing(file);
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(5_000);
        // The driver would ask for the row id after every insert that is no part of a batch.
        config.setGetGeneratedKeys(false);
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
        try {
            distrust(connection);
            execute(connection, "PRAGMA journal_mode=WAL");
            execute(connection, "PRAGMA synchronous=" + synchronous);
            // The writers checkpoint explicitly: a checkpoint inside a commit would stall every request that waits for
            // the commit.
            execute(connection, "PRAGMA wal_autocheckpoint=0");
            // While a reader holds a snapshot, the write-ahead log only grows. Afterwards it must give the space back.
            execute(connection, "PRAGMA journal_size_limit=" + MAX_IDLE_WAL_BYTES);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** A connection to a small file that several processes may open at once. Creates it like {@link #openWriter}. */
    static Connection openSmall(Path file) throws SQLException {
        createIfMissing(file);
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(5_000);
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
        try {
            distrust(connection);
            execute(connection, "PRAGMA synchronous=FULL");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** SQLite itself would create a file that all users may read. If this fails, SQLite says why. */
    private static void createIfMissing(Path file) {
        try {
            PrivateFiles.createIfMissing(file);
        } catch (IOException e) {
            // SQLite fails for the same reason.
        }
    }

    /** A connection that cannot write, for look-ups on a writer's thread. */
    static Connection openReader(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(5_000);
        return untrusted(config, "jdbc:sqlite:" + file);
    }

    /** A connection to a file that no process writes: takes no locks and creates no files beside it. */
    static Connection openImmutable(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        return untrusted(config, "jdbc:sqlite:file:" + file.toUri().getRawPath() + "?immutable=1");
    }

    /** A connection that fails instead of reading a value for which there is no memory. */
    private static Connection untrusted(SQLiteConfig config, String url) throws SQLException {
        config.setPragma(SQLiteConfig.Pragma.LIMIT_LENGTH, Integer.toString(MAX_VALUE_BYTES));
        Connection connection = config.createConnection(url);
        try {
            distrust(connection);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** A file may be damaged or prepared: its schema must not call functions, and its pages are checked when read. */
    static void distrust(Connection connection) throws SQLException {
        execute(connection, "PRAGMA trusted_schema=OFF");
        execute(connection, "PRAGMA cell_size_check=ON");
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

    /** Checkpoints the write-ahead log as far as readers allow; returns the number of pages in it. */
    static long checkpoint(Connection connection, String mode) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(" + mode + ")")) {
            return row.next() ? row.getLong(2) : 0;
        }
    }

    /** The pages in the write-ahead log that are not in the file yet. */
    static long pagesToCheckpoint(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(NOOP)")) {
            return row.next() ? row.getLong(2) - row.getLong(3) : 0;
        }
    }

    /** The failure of a request at run time: the client retries, and the cause is logged. */
    static Unavailable unavailable(SQLException cause) {
        return new Unavailable("SQLite: " + reason(cause), cause);
    }

    /** Whether the file is not a database or its pages are inconsistent. */
    static boolean isDamage(SQLException cause) {
        int code = primaryCode(cause);
        return code == SQLiteErrorCode.SQLITE_CORRUPT.code || code == SQLiteErrorCode.SQLITE_NOTADB.code;
    }

    /** Whether a value is longer than this connection allows. */
    static boolean isTooLong(SQLException cause) {
        return primaryCode(cause) == SQLiteErrorCode.SQLITE_TOOBIG.code;
    }

    static boolean isSyncFailure(SQLException cause) {
        return cause instanceof SQLiteException sqlite && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_IOERR_FSYNC;
    }

    /** The reason as one line for the operator. */
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
            return "the file cannot be opened; check that its directory exists and that this user may write to it";
        }
        if (code == SQLiteErrorCode.SQLITE_FULL.code) {
            return "the disk is full";
        }
        if (code == SQLiteErrorCode.SQLITE_BUSY.code) {
            return "another program holds a lock on the database";
        }
        // A statement within a function is interrupted, too, but SQLite says only that the function has failed.
        if (code == SQLiteErrorCode.SQLITE_INTERRUPT.code
                || String.valueOf(cause.getMessage()).contains("[" + SQLiteErrorCode.SQLITE_INTERRUPT.name() + "]")) {
            return "a statement ran for too long";
        }
        if (code == SQLiteErrorCode.SQLITE_TOOBIG.code) {
            return "it has a value that is larger than any of Sentinel's";
        }
        // SQLite quotes names of the file, which may contain anything.
        return String.valueOf(cause.getMessage()).replaceAll("\\p{Cntrl}", "?");
    }

    private static int primaryCode(SQLException cause) {
        return cause instanceof SQLiteException sqlite ? sqlite.getResultCode().code & 0xff : 0;
    }
}
