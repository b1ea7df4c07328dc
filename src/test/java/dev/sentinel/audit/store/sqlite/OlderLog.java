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
            Sqlite.execute(log, "ALTER TABLE audit_events DROP COLUMN resource_seal");
            Sqlite.execute(log, "ALTER TABLE audit_events DROP COLUMN metadata_seal");
            Sqlite.execute(log, "ALTER TABLE sentinel_log DROP COLUMN legacy_key");
            Sqlite.execute(log, "ALTER TABLE sentinel_log DROP COLUMN log_number");
            if (version < 2) {
                Sqlite.execute(log, "ALTER TABLE audit_events DROP COLUMN submitted_by");
                Sqlite.execute(log, "ALTER TABLE audit_events DROP COLUMN redacted");
            }
            Sqlite.execute(log, "PRAGMA user_version=" + version);
        }
    }
}
