package dev.sentinel.audit.store.sqlite;

import java.util.List;

/** The tables of {@link StateFile}, and their versions. */
final class StateSchema {
    /** "SNTD". */
    private static final int APPLICATION_ID = 0x534E5444;

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
            "CREATE TABLE fences (id INTEGER PRIMARY KEY CHECK (id = 0), last INTEGER NOT NULL)",
            "INSERT INTO fences VALUES (0, 0)");

    private static final List<String> VERSION_2 = List.of("""
            CREATE TABLE saved_views (
              owner TEXT NOT NULL,
              id TEXT NOT NULL,
              name TEXT NOT NULL,
              path TEXT NOT NULL,
              created_ms INTEGER NOT NULL,
              PRIMARY KEY (owner, name)) WITHOUT ROWID
            """);

    static final FileSchema TABLES = new FileSchema("destinations", APPLICATION_ID, List.of(VERSION_1, VERSION_2));

    private StateSchema() {}
}
