package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.failure.Unusable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The tables of the file of the destinations. Blocking. */
final class DestinationSchema {
    /** "SNTD". */
    private static final int APPLICATION_ID = 0x534E5444;

    private static final int VERSION = 1;

    private static final List<String> TABLES = List.of(
            """
            CREATE TABLE destinations (
              id TEXT PRIMARY KEY,
              definition TEXT NOT NULL,
              revision INTEGER NOT NULL,
              next_seq INTEGER NOT NULL,
              replay_of TEXT,
              until_seq INTEGER,
              state TEXT NOT NULL,
              error TEXT,
              refused INTEGER NOT NULL,
              owner TEXT,
              lease_until_ms INTEGER NOT NULL,
              fence INTEGER NOT NULL,
              advanced_ms INTEGER)
            """,
            """
            CREATE TABLE refused_events (
              destination TEXT NOT NULL,
              seq INTEGER NOT NULL,
              reason TEXT NOT NULL,
              refused_at TEXT NOT NULL,
              PRIMARY KEY (destination, seq)) WITHOUT ROWID
            """,
            // A destination that is removed and made again must not get a fence that it had before.
            "CREATE TABLE fences (id INTEGER PRIMARY KEY CHECK (id = 0), last INTEGER NOT NULL)");

    private DestinationSchema() {}

    /** Creates the tables if there are none. Throws {@link Unusable} for a file of a newer version. */
    static void migrate(Connection connection, Path file) throws SQLException {
        Sqlite.execute(connection, "BEGIN IMMEDIATE");
        long version = Sqlite.queryLong(connection, "PRAGMA user_version");
        if (version > VERSION) {
            throw new Unusable(file + " was written by a newer version of Sentinel; start that version");
        }
        if (version == 0) {
            for (String table : TABLES) {
                Sqlite.execute(connection, table);
            }
            Sqlite.execute(connection, "INSERT INTO fences VALUES (0, 0)");
            Sqlite.execute(connection, "PRAGMA application_id=" + APPLICATION_ID);
            Sqlite.execute(connection, "PRAGMA user_version=" + VERSION);
        }
        Sqlite.execute(connection, "COMMIT");
    }

    /** Throws {@link Unusable} if the file has not exactly these tables. */
    static void check(Connection connection, Path file) throws SQLException {
        if (Sqlite.queryLong(connection, "PRAGMA user_version") != VERSION
                || Sqlite.queryLong(connection, "PRAGMA application_id") != APPLICATION_ID) {
            throw new Unusable(file + " has no destinations of this version of Sentinel");
        }
        String difference = ExactSchema.createdBy(TABLES).difference(connection).orElse(null);
        if (difference != null) {
            throw new Unusable(file + " was not written by Sentinel alone: " + difference);
        }
    }
}
