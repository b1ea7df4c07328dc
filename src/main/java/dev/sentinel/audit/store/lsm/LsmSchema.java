package dev.sentinel.audit.store.lsm;

import java.util.List;

/** The tables of all trees of a file. */
public final class LsmSchema {
    /** The statements that create them, in a transaction of the caller. */
    public static final List<String> DDL = List.of(
            // Ids are only appended and never used again, so that what was read under an id stays right.
            "CREATE TABLE lsm_blobs (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)",
            // The runs that readers see.
            "CREATE TABLE lsm_runs (run INTEGER PRIMARY KEY, tree INTEGER NOT NULL)",
            // See Segment. A merge that is under way has segments already, of a run that is not in lsm_runs yet.
            """
            CREATE TABLE lsm_segments (
              run INTEGER NOT NULL, place INTEGER NOT NULL,
              first_block INTEGER NOT NULL, blocks INTEGER NOT NULL, entries INTEGER NOT NULL,
              min_time INTEGER NOT NULL, max_time INTEGER NOT NULL,
              high INTEGER NOT NULL, low INTEGER NOT NULL, time INTEGER NOT NULL, seq INTEGER NOT NULL,
              PRIMARY KEY (run, place)) WITHOUT ROWID
            """,
            // Blobs that nothing refers to, from first_blob to last_blob.
            "CREATE TABLE lsm_trash (first_blob INTEGER PRIMARY KEY, last_blob INTEGER NOT NULL)",
            """
            CREATE TABLE lsm_catalog (
              id INTEGER PRIMARY KEY CHECK (id = 0),
              version INTEGER NOT NULL, next_run INTEGER NOT NULL, next_blob INTEGER NOT NULL)
            """,
            "INSERT INTO lsm_catalog VALUES (0, " + Catalog.EMPTY + ", 0, 1)");

    /** Selects the version of the runs, which {@link LsmReader#open} takes. */
    public static final String VERSION = "SELECT version FROM lsm_catalog";

    private LsmSchema() {}
}
