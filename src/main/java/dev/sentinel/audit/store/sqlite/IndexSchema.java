package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.StatsCounts;
import dev.sentinel.audit.store.StatsLevel;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.stream.Collectors;

/**
 * The tables of the index file. An index of another version is deleted and rebuilt from the log, unless it lacks only
 * tables that may be empty or are quickly filled: one of {@link #WITHOUT_LINKS} or {@link #ALL_SUMMED}, and one of
 * {@link #BY_TIMESTAMP} that has the same times as a new one.
 *
 * <p>Times are effective times in microseconds since the epoch, kinds are {@link Kinds}. The event tables are WITHOUT
 * ROWID and hold only their key and what a filter needs, so a search reads the log only for events that it returns or
 * whose text it must check.
 */
final class IndexSchema {
    static final int VERSION = 6;

    /** The version before events had links, which has no list of traces. */
    static final int WITHOUT_LINKS = 5;

    /** The version that has no tables of late events, because all events are in the sums, and none of filters. */
    static final int ALL_SUMMED = 4;

    /** The version whose times are timestamps as sent. They are the effective times too, unless a clock was wrong. */
    static final int BY_TIMESTAMP = 3;

    private static final String COUNTS =
            StatsCounts.NAMES.stream().map(name -> name + " INTEGER NOT NULL").collect(Collectors.joining(", "));

    private static final String[] TABLES = {
        "CREATE TABLE event_ids (event_id BLOB PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID",
        """
        CREATE TABLE agents (
          agent_key INTEGER PRIMARY KEY,
          agent_instance_id TEXT NOT NULL UNIQUE,
          total INTEGER NOT NULL,
          errors INTEGER NOT NULL,
          first_seen INTEGER NOT NULL,
          last_seen INTEGER NOT NULL)
        """,
        """
        CREATE TABLE by_agent (
          agent_key INTEGER NOT NULL, ts INTEGER NOT NULL, seq INTEGER NOT NULL, kind INTEGER NOT NULL,
          PRIMARY KEY (agent_key, ts, seq)) WITHOUT ROWID
        """,
        """
        CREATE TABLE by_trace (
          trace_key BLOB NOT NULL, ts INTEGER NOT NULL, seq INTEGER NOT NULL, kind INTEGER NOT NULL,
          agent_key INTEGER NOT NULL,
          PRIMARY KEY (trace_key, ts, seq)) WITHOUT ROWID
        """,
        """
        CREATE TABLE by_time (
          ts INTEGER NOT NULL, seq INTEGER NOT NULL, kind INTEGER NOT NULL,
          PRIMARY KEY (ts, seq)) WITHOUT ROWID
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
          log_id TEXT NOT NULL, next_seq INTEGER NOT NULL, last_event_id BLOB, ids_seq INTEGER NOT NULL)
        """
    };

    /** Tables that an index of an earlier version lacks. */
    private static final String[] NEW_TABLES = {
        // See LateEvents. span: the first minute of six hours. bin: see LatencyBins, or -1.
        """
        CREATE TABLE IF NOT EXISTS late_events (
          span INTEGER NOT NULL, seq INTEGER NOT NULL, minute INTEGER NOT NULL, agent_key INTEGER NOT NULL,
          kind INTEGER NOT NULL, bin INTEGER NOT NULL, resource TEXT NOT NULL,
          PRIMARY KEY (span, seq)) WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS late_spans (
          span INTEGER PRIMARY KEY, summed_seq INTEGER NOT NULL, events INTEGER NOT NULL, unsummed INTEGER NOT NULL)
        """,
        // See IdFilters.
        """
        CREATE TABLE IF NOT EXISTS id_filters (
          first_range INTEGER PRIMARY KEY, ranges INTEGER NOT NULL, key BLOB NOT NULL, crc INTEGER NOT NULL,
          bits BLOB NOT NULL)
        """,
        // Only events with links. See Keys for link_key.
        """
        CREATE TABLE IF NOT EXISTS by_link (
          link_key BLOB NOT NULL, ts INTEGER NOT NULL, seq INTEGER NOT NULL, kind INTEGER NOT NULL,
          agent_key INTEGER NOT NULL,
          PRIMARY KEY (link_key, ts, seq)) WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS session_traces (
          session_key BLOB NOT NULL, trace_key BLOB NOT NULL, agent_key INTEGER NOT NULL,
          PRIMARY KEY (session_key, trace_key, agent_key)) WITHOUT ROWID
        """,
        // See TraceStarts.
        """
        CREATE TABLE IF NOT EXISTS trace_starts (
          ts INTEGER NOT NULL, seq INTEGER NOT NULL, trace_key BLOB NOT NULL, agent_key INTEGER NOT NULL,
          PRIMARY KEY (ts, seq)) WITHOUT ROWID
        """
    };

    private static final String FILL_TRACE_STARTS = """
            INSERT OR IGNORE INTO trace_starts SELECT ts, seq, trace_key, agent_key FROM (
              SELECT ts, seq, trace_key, agent_key,
                row_number() OVER (PARTITION BY trace_key, agent_key ORDER BY ts, seq) AS place
              FROM by_trace) WHERE place = 1 ORDER BY ts, seq""";

    /** Matches no version, so the next start rebuilds the index. */
    private static final int DAMAGED = 0;

    private IndexSchema() {}

    /** Marks a damaged index. Must be called outside of transactions. */
    static void markForRebuild(Connection index) throws SQLException {
        Sqlite.execute(index, "PRAGMA user_version=" + DAMAGED);
    }

    /** Makes an index of an earlier version one of this version. Must be called outside of transactions. */
    static void adopt(Connection index) throws SQLException {
        Sqlite.execute(index, "BEGIN IMMEDIATE");
        execute(index, NEW_TABLES);
        Sqlite.execute(index, FILL_TRACE_STARTS);
        Sqlite.execute(index, "PRAGMA user_version=" + VERSION);
        Sqlite.execute(index, "COMMIT");
    }

    private static void execute(Connection index, String[] tables) throws SQLException {
        for (String ddl : tables) {
            Sqlite.execute(index, ddl);
        }
    }

    static void create(Connection index, String logId) throws SQLException {
        Sqlite.execute(index, "BEGIN IMMEDIATE");
        execute(index, TABLES);
        execute(index, NEW_TABLES);
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
