package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.failure.Unusable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

/** The tables of the file of the keys, and their versions. Blocking. */
final class KeySchema {
    /** "SNTK". */
    private static final int APPLICATION_ID = 0x534E544B;

    private static final int VERSION = 2;

    private static final List<String> VERSION_1 = List.of(
            """
            CREATE TABLE api_keys (
              id TEXT PRIMARY KEY,
              name TEXT NOT NULL,
              hash TEXT NOT NULL,
              scopes TEXT NOT NULL,
              agent_prefix TEXT NOT NULL,
              rate_limit TEXT,
              created_at TEXT NOT NULL,
              expires_at TEXT,
              revoked_at TEXT,
              last_used_at TEXT)
            """, "CREATE TABLE admin_acts (id INTEGER PRIMARY KEY, event_id TEXT NOT NULL, event TEXT NOT NULL)");

    private static final List<String> VERSION_2 =
            List.of("""
            CREATE TABLE sessions (
              cookie TEXT PRIMARY KEY,
              page TEXT NOT NULL,
              key_id TEXT NOT NULL,
              credential TEXT NOT NULL,
              expires_ms INTEGER NOT NULL)
            """, "CREATE TABLE secrets (id INTEGER PRIMARY KEY CHECK (id = 0), value TEXT NOT NULL)");

    private KeySchema() {}

    /** Creates or migrates the tables. Throws {@link Unusable} for a file of a newer version. */
    static void migrate(Connection connection, Path file) throws SQLException {
        Sqlite.execute(connection, "BEGIN IMMEDIATE");
        long version = Sqlite.queryLong(connection, "PRAGMA user_version");
        if (version > VERSION) {
            throw new Unusable(file + " was written by a newer version of Sentinel; start that version");
        }
        if (version == 0) {
            create(connection, VERSION_1);
            Sqlite.execute(connection, "PRAGMA application_id=" + APPLICATION_ID);
        }
        if (version < VERSION) {
            create(connection, VERSION_2);
            Sqlite.execute(connection, "PRAGMA user_version=" + VERSION);
        }
        Sqlite.execute(connection, "COMMIT");
    }

    private static void create(Connection connection, List<String> tables) throws SQLException {
        for (String table : tables) {
            Sqlite.execute(connection, table);
        }
    }

    /** Throws {@link Unusable} if the file has not exactly the tables of a version. */
    static void check(Connection connection, Path file) throws SQLException {
        long version = Sqlite.queryLong(connection, "PRAGMA user_version");
        if (version < 1
                || version > VERSION
                || Sqlite.queryLong(connection, "PRAGMA application_id") != APPLICATION_ID) {
            throw new Unusable(file + " has no keys of this version of Sentinel");
        }
        List<String> tables = version == 1
                ? VERSION_1
                : Stream.concat(VERSION_1.stream(), VERSION_2.stream()).toList();
        String difference = ExactSchema.createdBy(tables).difference(connection).orElse(null);
        if (difference != null) {
            throw new Unusable(file + " was not written by Sentinel alone: " + difference);
        }
    }
}
