package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.StatsCounts;
import dev.sentinel.audit.store.StatsLevel;
import dev.sentinel.audit.store.lsm.LsmSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.stream.Collectors;

/**
 * The tables of the index file. An index of another version is deleted and rebuilt from the log.
 *
 * <p>Times are effective times in microseconds since the epoch, kinds are {@link Kinds}. The events are in the trees of
 * {@link IndexTrees}, which hold only what a filter needs, so a search reads the log only for events that it returns or
 * whose text it must check.
 */
final class IndexSchema {
    static final int VERSION = 7;

    /** Instead of a version: the next start rebuilds the index. */
    static final int DAMAGED = -1;

    private static final String COUNTS =
            StatsCounts.NAMES.stream().map(name -> name + " INTEGER NOT NULL").collect(Collectors.joining(", "));

    private static final String[] TABLES = {
        """
        CREATE TABLE agents (
          agent_key INTEGER PRIMARY KEY,
          agent_instance_id TEXT NOT NULL UNIQUE,
          total INTEGER NOT NULL,
          errors INTEGER NOT NULL,
          first_seen INTEGER NOT NULL,
          last_seen INTEGER NOT NULL)
        """,
        // level: see StatsLevel. minute: where the span begins, in minutes since the epoch.
        """
        CREATE TABLE rollups (
          level INTEGER NOT NULL, minute INTEGER NOT NULL, %s,
          PRIMARY KEY (level, minute)) WITHOUT ROWID
        """.formatted(COUNTS),
        """
        CREATE TABLE agent_rollups (
          level INTEGER NOT NULL, minute INTEGER NOT NULL, agent_key INTEGER NOT NULL, %s,
          PRIMARY KEY (level, minute, agent_key)) WITHOUT ROWID
        """.formatted(COUNTS),
        """
        CREATE TABLE latency_rollups (
          level INTEGER NOT NULL, minute INTEGER NOT NULL, bin INTEGER NOT NULL, events INTEGER NOT NULL,
          PRIMARY KEY (level, minute, bin)) WITHOUT ROWID
        """,
        """
        CREATE TABLE resource_rollups (
          level INTEGER NOT NULL, minute INTEGER NOT NULL, resource_key INTEGER NOT NULL,
          events INTEGER NOT NULL, errors INTEGER NOT NULL,
          PRIMARY KEY (level, minute, resource_key)) WITHOUT ROWID
        """,
        "CREATE TABLE resources (resource_key INTEGER PRIMARY KEY, resource TEXT NOT NULL UNIQUE)",
        // Of minutes, it is the newest one that the events have reached.
        "CREATE TABLE rollup_levels (level INTEGER PRIMARY KEY, summed_until INTEGER NOT NULL)",
        """
        CREATE TABLE progress (
          id INTEGER PRIMARY KEY CHECK (id = 0),
          log_id TEXT NOT NULL, next_seq INTEGER NOT NULL, last_event_id BLOB, filters_seq INTEGER NOT NULL)
        """,
        // See LateEvents. span: the first minute of six hours. bin: see LatencyBins, or -1.
        """
        CREATE TABLE late_events (
          span INTEGER NOT NULL, seq INTEGER NOT NULL, minute INTEGER NOT NULL, agent_key INTEGER NOT NULL,
          kind INTEGER NOT NULL, bin INTEGER NOT NULL, resource TEXT NOT NULL,
          PRIMARY KEY (span, seq)) WITHOUT ROWID
        """,
        """
        CREATE TABLE late_spans (
          span INTEGER PRIMARY KEY, summed_seq INTEGER NOT NULL, events INTEGER NOT NULL, unsummed INTEGER NOT NULL)
        """,
        // See IdFilters.
        """
        CREATE TABLE id_filters (
          first_range INTEGER PRIMARY KEY, ranges INTEGER NOT NULL, key BLOB NOT NULL, crc INTEGER NOT NULL,
          bits BLOB NOT NULL)
        """,
        // Of events with links. See Keys.
        """
        CREATE TABLE session_traces (
          session_key BLOB NOT NULL, trace_key BLOB NOT NULL, agent_key INTEGER NOT NULL,
          PRIMARY KEY (session_key, trace_key, agent_key)) WITHOUT ROWID
        """,
        // See TraceStarts.
        """
        CREATE TABLE trace_starts (
          ts INTEGER NOT NULL, seq INTEGER NOT NULL, trace_key BLOB NOT NULL, agent_key INTEGER NOT NULL,
          PRIMARY KEY (ts, seq)) WITHOUT ROWID
        """
    };

    private IndexSchema() {}

    /** Marks a damaged index. Must be called outside of transactions. */
    static void markForRebuild(Connection index) throws SQLException {
        Sqlite.execute(index, "PRAGMA user_version=" + DAMAGED);
    }

    static void create(Connection index, String logId) throws SQLException {
        Sqlite.execute(index, "BEGIN IMMEDIATE");
        for (String ddl : TABLES) {
            Sqlite.execute(index, ddl);
        }
        for (String ddl : LsmSchema.DDL) {
            Sqlite.execute(index, ddl);
        }
        try (PreparedStatement insert = index.prepareStatement("INSERT INTO progress VALUES (0, ?, 0, NULL, 0)")) {
            insert.setString(1, logId);
            insert.executeUpdate();
        }
        for (StatsLevel level : StatsLevel.values()) {
            Sqlite.execute(
                    index,
                    "INSERT INTO rollup_levels VALUES (" + RollupWriter.number(level) + ", " + StatsLevel.NEVER + ")");
        }
        Sqlite.execute(index, "PRAGMA user_version=" + VERSION);
        Sqlite.execute(index, "COMMIT");
    }
}
