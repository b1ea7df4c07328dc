package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.failure.Unusable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

/** The tables of {@link StateFile}, and their versions. Blocking. */
final class StateSchema {
    /** "SNTD". */
    private static final int APPLICATION_ID = 0x534E5444;

    private static final int VERSION = 2;

    /** Destinations. */
    private static final List<String> VERSION_1 = List.of(
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

    private static final List<String> VERSION_2 = List.of("""
            CREATE TABLE saved_views (
              owner TEXT NOT NULL,
              id TEXT NOT NULL,
              name TEXT NOT NULL,
              path TEXT NOT NULL,
              created_ms INTEGER NOT NULL,
              PRIMARY KEY (owner, name)) WITHOUT ROWID
            """);

    private StateSchema() {}

    /** Creates or migrates the tables. Throws {@link Unusable} for a file of a newer version. */
    static void migrate(Connection connection, Path file) throws SQLException {
        Sqlite.execute(connection, "BEGIN IMMEDIATE");
        long version = Sqlite.queryLong(connection, "PRAGMA user_version");
        if (version > VERSION) {
            throw new Unusable(file + " was written by a newer version of Sentinel; start that version");
        }
        if (version == 0) {
            create(connection, VERSION_1);
            Sqlite.execute(connection, "INSERT INTO fences VALUES (0, 0)");
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

    /** Throws {@link Unusable} if the file has not exactly the tables of a version. Returns the version. */
    static long check(Connection connection, Path file) throws SQLException {
        long version = Sqlite.queryLong(connection, "PRAGMA user_version");
        if (version < 1
                || version > VERSION
                || Sqlite.queryLong(connection, "PRAGMA application_id") != APPLICATION_ID) {
            throw new Unusable(file + " has no destinations of this version of Sentinel");
        }
        List<String> tables = version == 1
                ? VERSION_1
                : Stream.concat(VERSION_1.stream(), VERSION_2.stream()).toList();
        String difference = ExactSchema.createdBy(tables).difference(connection).orElse(null);
        if (difference != null) {
            throw new Unusable(file + " was not written by Sentinel alone: " + difference);
        }
        return version;
    }
}
