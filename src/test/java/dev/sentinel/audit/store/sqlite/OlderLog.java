package dev.sentinel.audit.store.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Makes logs as earlier versions have left them. */
public final class OlderLog {
    private OlderLog() {}

    /** Takes a log of this version, which nobody must use, back to the schema of an earlier one. */
    public static void to(Path file, int version) throws SQLException {
        try (Connection log = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            drop(log, "audit_events", "span_id", "parent_span_id", "session_id", "on_behalf_of", "links_seal");
            if (version < 3) {
                drop(log, "audit_events", "resource_seal", "metadata_seal");
                drop(log, "sentinel_log", "legacy_key", "log_number");
            }
            if (version < 2) {
                drop(log, "audit_events", "submitted_by", "redacted");
            }
            Sqlite.execute(log, "PRAGMA user_version=" + version);
        }
    }

    private static void drop(Connection log, String table, String... columns) throws SQLException {
        for (String column : columns) {
            Sqlite.execute(log, "ALTER TABLE " + table + " DROP COLUMN " + column);
        }
    }
}
