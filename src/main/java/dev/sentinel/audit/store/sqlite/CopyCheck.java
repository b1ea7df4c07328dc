package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.failure.Unusable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** Checks copies of logs. Blocking. Failures are {@link Unusable} with one line for the operator. */
final class CopyCheck {
    private CopyCheck() {}

    /** For a copy of our own log: checks every page, and that no position is missing. */
    static SqliteBackup.Content pages(Path file) {
        return check(file, false);
    }

    /** For a file of unknown origin: also that it is nothing but a log, and that all its rows are events. */
    static SqliteBackup.Content everything(Path file) {
        return check(file, true);
    }

    private static SqliteBackup.Content check(Path file, boolean everything) {
        if (!Files.isRegularFile(file)) {
            throw unusable(file + " is not a file", null);
        }
        if (file.resolveSibling(file.getFileName() + "-wal").toFile().length() > 0) {
            throw unusable(file + " has a write-ahead log beside it, so it is not a finished copy", null);
        }
        try (Connection copy = Sqlite.openImmutable(file)) {
            long version = LogSchema.version(copy, file);
            if (everything) {
                LogSchema.checkExact(copy, version, file);
            }
            String found = integrity(copy);
            if (!found.equals("ok")) {
                throw unusable(file + " is damaged: " + found, null);
            }
            long events = Sqlite.queryLong(copy, "SELECT count(*) FROM audit_events");
            if (Sqlite.queryLong(copy, "SELECT coalesce(max(seq) + 1, 0) FROM audit_events") != events) {
                throw unusable(file + " has a gap: events are missing", null);
            }
            if (everything) {
                checkRows(copy, version, events, file);
            }
            return new SqliteBackup.Content(events, Files.size(file));
        } catch (SQLException e) {
            throw unusable(file + " cannot be read: " + Sqlite.reason(e), e);
        } catch (IOException e) {
            throw unusable(file + " cannot be read: " + SqliteFiles.reason(e), e);
        }
    }

    private static void checkRows(Connection copy, long version, long events, Path file) throws SQLException {
        new LogRows(copy, version).firstBad(0, events).ifPresent(seq -> {
            throw unusable(file + " was not written by Sentinel alone: position " + seq + " has no valid event", null);
        });
        if (Sqlite.queryLong(copy, "SELECT count(DISTINCT event_id) FROM audit_events") != events) {
            throw unusable(file + " was not written by Sentinel alone: it has an event_id twice", null);
        }
        String seals = version < LogSchema.WITH_SEALS
                ? ""
                : " AND typeof(legacy_key) = 'blob' AND octet_length(legacy_key) = 32"
                        + " AND typeof(log_number) = 'integer'";
        if (Sqlite.queryLong(
                        copy,
                        "SELECT count(*) FROM sentinel_log WHERE typeof(log_id) = 'text'"
                                + " AND octet_length(log_id) = 36 AND typeof(probe) = 'integer'" + seals)
                != 1) {
            throw unusable(file + " was not written by Sentinel alone: it has no identity", null);
        }
    }

    private static String integrity(Connection copy) throws SQLException {
        try (Statement statement = copy.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA integrity_check(1)")) {
            return rows.next() ? rows.getString(1) : "no result";
        }
    }

    private static Unusable unusable(String message, @Nullable Throwable cause) {
        return new Unusable(message, cause);
    }
}
