package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.LegacyKey;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.store.LogIdentity;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The tables of the log file and their version, which is the file's {@code user_version}. */
final class LogSchema {
    /** "SENT", so that file(1) and a careful operator can identify the database. */
    static final int APPLICATION_ID = 0x53454E54;

    static final int VERSION = 4;

    /** The first version of which events have seals. */
    static final int WITH_SEALS = 3;

    private static final int WITH_LINKS = 4;

    /**
     * Times are text of fixed width in UTC, so that they sort correctly and SQL date functions work on them.
     * {@code probe} is what {@link EventLog#probe()} writes.
     */
    private static final String[] VERSION_1 = {
        """
        CREATE TABLE audit_events (
          seq INTEGER PRIMARY KEY,
          event_id TEXT NOT NULL,
          timestamp TEXT NOT NULL,
          agent_instance_id TEXT NOT NULL,
          trace_id TEXT NOT NULL,
          actor TEXT NOT NULL,
          action_type TEXT NOT NULL,
          resource TEXT NOT NULL,
          status TEXT NOT NULL,
          latency_ms INTEGER,
          metadata TEXT NOT NULL,
          received_at TEXT NOT NULL)
        """,
        "CREATE TABLE sentinel_log (id INTEGER PRIMARY KEY CHECK (id = 0), log_id TEXT NOT NULL,"
                + " probe INTEGER NOT NULL)"
    };

    /** Null for most events, which costs one byte per row. */
    private static final String[] VERSION_2 = {
        "ALTER TABLE audit_events ADD COLUMN submitted_by TEXT", "ALTER TABLE audit_events ADD COLUMN redacted TEXT"
    };

    /**
     * The seals of events; null for those that were stored before, whose seals the legacy key gives. Adding columns
     * writes no row. {@code log_number} is the highest number of a signed log that was begun; 0 for none.
     */
    private static final String[] VERSION_3 = {
        "ALTER TABLE audit_events ADD COLUMN resource_seal BLOB",
        "ALTER TABLE audit_events ADD COLUMN metadata_seal BLOB",
        "ALTER TABLE sentinel_log ADD COLUMN legacy_key BLOB",
        "ALTER TABLE sentinel_log ADD COLUMN log_number INTEGER NOT NULL DEFAULT 0"
    };

    /** Null for events without links, which costs one byte per column and row. */
    private static final String[] VERSION_4 = {
        "ALTER TABLE audit_events ADD COLUMN span_id TEXT",
        "ALTER TABLE audit_events ADD COLUMN parent_span_id TEXT",
        "ALTER TABLE audit_events ADD COLUMN session_id TEXT",
        "ALTER TABLE audit_events ADD COLUMN on_behalf_of TEXT",
        "ALTER TABLE audit_events ADD COLUMN links_seal BLOB"
    };

    private static final List<String[]> VERSIONS = List.of(VERSION_1, VERSION_2, VERSION_3, VERSION_4);

    private LogSchema() {}

    /** The version of a file of unknown origin. Throws {@link Unusable} if this server cannot read it. */
    static long version(Connection log, Path file) throws SQLException {
        long version = Sqlite.queryLong(log, "PRAGMA user_version");
        if (Sqlite.queryLong(log, "PRAGMA application_id") != APPLICATION_ID || version < 1 || version > VERSION) {
            throw new Unusable(file + " is not a log that this version of Sentinel can read (schema " + version + ")");
        }
        return version;
    }

    /** Throws {@link Unusable} if a file has anything else than the tables of its version. Reads no row of them. */
    static void checkExact(Connection log, long version, Path file) throws SQLException {
        List<String> statements = new ArrayList<>();
        VERSIONS.subList(0, (int) version).forEach(added -> statements.addAll(List.of(added)));
        String difference = ExactSchema.createdBy(statements).difference(log).orElse(null);
        if (difference != null) {
            throw new Unusable(file + " was not written by Sentinel alone: " + difference
                    + "; if you added that, remove it from a copy with sqlite3");
        }
        if (Sqlite.queryLong(log, "SELECT encoding = 'UTF-8' FROM pragma_encoding") != 1) {
            throw new Unusable(file + " was not written by Sentinel alone: its texts are not UTF-8");
        }
    }

    /** The columns of {@link EventRow}, of a log with this version. */
    static String columns(long version) {
        String columns = EventRow.COLUMNS;
        if (version < 2) {
            columns = asNull(columns, "submitted_by, redacted");
        }
        if (version < WITH_SEALS) {
            columns = asNull(columns, "resource_seal, metadata_seal");
        }
        if (version < WITH_LINKS) {
            columns = asNull(columns, "span_id, parent_span_id, session_id, on_behalf_of, links_seal");
        }
        return columns;
    }

    private static String asNull(String columns, String missing) {
        return columns.replace(missing, "NULL AS " + missing.replace(", ", ", NULL AS "));
    }

    /** Reads the identity of a log with this version. One of an older version has no legacy key yet: it gets any. */
    static LogIdentity identity(Connection log, long version) throws SQLException {
        String added = version < WITH_SEALS ? "NULL, 0" : "legacy_key, log_number";
        try (PreparedStatement select = log.prepareStatement("SELECT log_id, " + added + " FROM sentinel_log");
                ResultSet row = select.executeQuery()) {
            row.next();
            byte[] legacy = row.getBytes(2);
            if (legacy != null && legacy.length != LegacyKey.BYTES) {
                throw new Unusable("the legacy key of the log was changed; restore a backup");
            }
            return new LogIdentity(
                    row.getString(1), legacy == null ? LegacyKey.random() : LegacyKey.of(legacy), row.getInt(3));
        }
    }

    /**
     * Throws {@link Unusable} if a file is the database of another program. Opening it as a log would change it. Must
     * be called before a database in the file is open.
     */
    static void checkOwn(Path file) throws SQLException {
        if (LogHeader.mayBeLog(file)) {
            return;
        }
        try (Connection other = Sqlite.openReader(file)) {
            if (PythonSource.isIn(other)) {
                throw new Unusable(
                        (file + " is a database of the earlier Python server; rename it and import its events:"
                                        + " mv FILE FILE.python && bin/sentinel migrate --from sqlite://FILE.python")
                                .replace("FILE", file.toString()));
            }
            if (Sqlite.queryLong(other, "SELECT count(*) FROM sqlite_schema") > 0) {
                throw new Unusable(file + " is a database of another program; set DATABASE_URL to another file");
            }
        }
    }

    /** Whether a file has no tables yet, because what was making a log of it was interrupted. */
    static boolean isBlank(Path file) {
        try (Connection log = Sqlite.openReader(file)) {
            return Sqlite.queryLong(log, "SELECT count(*) FROM sqlite_schema") == 0;
        } catch (SQLException e) {
            throw new Unusable(file + " cannot be read: " + Sqlite.reason(e), e);
        }
    }

    /** Migrates a new or older file to this version; refuses an unknown one. Leaves no transaction open. */
    static void migrate(Connection log, Path file) throws SQLException {
        long version = Sqlite.queryLong(log, "PRAGMA user_version");
        if (version > VERSION) {
            throw new Unusable(file + " was written by a newer version of Sentinel (schema " + version
                    + ", this one knows " + VERSION + "); start that version");
        }
        if (version == 0) {
            if (Sqlite.queryLong(log, "SELECT count(*) FROM sqlite_master") > 0) {
                throw new Unusable(file + " is a database of another program; set DATABASE_URL to another file");
            }
        }
        if (version < VERSION) {
            upgrade(log, version);
        }
    }

    private static void upgrade(Connection log, long from) throws SQLException {
        Sqlite.execute(log, "BEGIN IMMEDIATE");
        if (from < 1) {
            create(log);
        }
        for (String[] added : VERSIONS.subList((int) Math.max(from, 1), VERSION)) {
            for (String ddl : added) {
                Sqlite.execute(log, ddl);
            }
        }
        if (from < WITH_SEALS) {
            try (PreparedStatement update = log.prepareStatement("UPDATE sentinel_log SET legacy_key = ?")) {
                update.setBytes(1, LegacyKey.random().bytes());
                update.executeUpdate();
            }
        }
        Sqlite.execute(log, "PRAGMA user_version=" + VERSION);
        Sqlite.execute(log, "COMMIT");
    }

    private static void create(Connection log) throws SQLException {
        for (String ddl : VERSION_1) {
            Sqlite.execute(log, ddl);
        }
        try (PreparedStatement insert = log.prepareStatement("INSERT INTO sentinel_log VALUES (0, ?, 0)")) {
            insert.setString(1, UUID.randomUUID().toString());
            insert.executeUpdate();
        }
        Sqlite.execute(log, "PRAGMA application_id=" + APPLICATION_ID);
    }
}
