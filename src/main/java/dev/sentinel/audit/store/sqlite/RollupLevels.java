package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.StatsCounts;
import dev.sentinel.audit.store.StatsLevel;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Sums up wider spans from narrower ones, once the events have passed them, and records how far. In slices: when
 * clients change from old to current times, there may be months to sum up. Runs within the transactions of
 * {@link EventIndex}, on its thread.
 */
final class RollupLevels {
    private static final String ALL = String.join(", ", StatsCounts.NAMES);
    private static final String SUM_ALL =
            StatsCounts.NAMES.stream().map(name -> "sum(" + name + ")").collect(Collectors.joining(", "));

    /** The start of the wider span that contains a row; correct before the epoch too. */
    private static final String SPAN = "minute - ((minute % ?2) + ?2) % ?2";

    private static final String NARROWER = " WHERE level = ?1 - 1 AND minute >= ?3 AND minute < ?4 ";

    private static final List<String> DETAILS = List.of("agent_rollups", "latency_rollups", "resource_rollups");

    /** Parameters: the level, its width in minutes, from, end. */
    private static final List<String> SUM_UP = List.of(
            "INSERT INTO rollups (level, minute, " + ALL + ") SELECT ?1, " + SPAN + ", " + SUM_ALL + " FROM rollups"
                    + NARROWER + "GROUP BY 2",
            "INSERT INTO agent_rollups (level, minute, agent_key, " + ALL + ") SELECT ?1, " + SPAN + ", agent_key, "
                    + SUM_ALL + " FROM agent_rollups" + NARROWER + "GROUP BY 2, 3",
            "INSERT INTO latency_rollups (level, minute, bin, events) SELECT ?1, " + SPAN + ", bin, sum(events)"
                    + " FROM latency_rollups" + NARROWER + "GROUP BY 2, 3");

    /** Keeps the resources with the most events; the fifth parameter is their number. */
    private static final String SUM_UP_RESOURCES = """
            INSERT INTO resource_rollups (level, minute, resource_key, events, errors)
            SELECT ?1, span, iif(rank <= ?5, resource_key, 0), sum(events), sum(errors) FROM (
              SELECT span, resource_key, events, errors,
                row_number() OVER (PARTITION BY span ORDER BY resource_key = 0, events DESC, resource_key) AS rank
              FROM (
                SELECT %s AS span, resource_key, sum(events) AS events, sum(errors) AS errors
                FROM resource_rollups %s GROUP BY 1, 2))
            GROUP BY 2, 3""".formatted(SPAN, NARROWER);

    private final Connection connection;
    private final PreparedStatement update;
    private final Map<StatsLevel, Long> until = new EnumMap<>(StatsLevel.class);

    RollupLevels(Connection connection) throws SQLException {
        this.connection = connection;
        this.update = connection.prepareStatement("UPDATE rollup_levels SET summed_until = ? WHERE level = ?");
        try (PreparedStatement select = connection.prepareStatement("SELECT level, summed_until FROM rollup_levels");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                until.put(RollupWriter.level(rows.getInt(1)), rows.getLong(2));
            }
        }
    }

    /** The minute up to which a level is summed up; never later than that of the narrower level. */
    long summedUntil(StatsLevel level) {
        return until.get(level);
    }

    /** Records that the events have reached a minute: spans before it are to be summed up. */
    void reach(long minute) throws SQLException {
        if (minute > until.get(StatsLevel.MINUTE)) {
            record(StatsLevel.MINUTE, minute);
        }
    }

    /** Whether the events have passed a span that is not summed up. */
    boolean isBehind() {
        for (StatsLevel level : StatsLevel.values()) {
            if (level != StatsLevel.MINUTE && end(level) > until.get(level)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Sums up the next spans of each level, narrow levels first: the wider ones are computed from them.
     *
     * @param maxRows of each table to read at each level; but at least one span that has events
     */
    void advance(int maxRows) throws SQLException {
        for (StatsLevel level : StatsLevel.values()) {
            if (level != StatsLevel.MINUTE && end(level) > until.get(level)) {
                sumUp(level, sliceEnd(level, maxRows));
            }
        }
    }

    private long end(StatsLevel level) {
        StatsLevel narrower = RollupWriter.level(RollupWriter.number(level) - 1);
        long passed = level.summedUntil(until.get(StatsLevel.MINUTE));
        return narrower == StatsLevel.MINUTE ? passed : Math.min(passed, level.floor(until.get(narrower)));
    }

    private long sliceEnd(StatsLevel level, int maxRows) throws SQLException {
        long end = end(level);
        long first = minuteOf("rollups", level, end, 0);
        long oneSpan = Math.min(end, level.floor(first) + level.minutes());
        long sliceEnd = end;
        for (String table : DETAILS) {
            sliceEnd = Math.min(sliceEnd, level.floor(minuteOf(table, level, end, maxRows)));
        }
        return Math.max(sliceEnd, oneSpan);
    }

    /** The minute of the row of the narrower level that follows that number of rows; {@code end} if there is none. */
    private long minuteOf(String table, StatsLevel level, long end, int others) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT minute FROM " + table
                + " WHERE level = ? AND minute >= ? AND minute < ? ORDER BY minute LIMIT 1 OFFSET ?")) {
            select.setInt(1, RollupWriter.number(level) - 1);
            select.setLong(2, until.get(level));
            select.setLong(3, end);
            select.setInt(4, others);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getLong(1) : end;
            }
        }
    }

    private void sumUp(StatsLevel level, long end) throws SQLException {
        for (String sql : SUM_UP) {
            sumUp(sql, level, end);
        }
        sumUp(SUM_UP_RESOURCES, level, end);
        record(level, end);
    }

    private void sumUp(String sql, StatsLevel level, long end) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setInt(1, RollupWriter.number(level));
            insert.setInt(2, level.minutes());
            insert.setLong(3, until.get(level));
            insert.setLong(4, end);
            if (sql.equals(SUM_UP_RESOURCES)) {
                insert.setInt(5, level.maxResources());
            }
            insert.executeUpdate();
        }
    }

    private void record(StatsLevel level, long minute) throws SQLException {
        update.setLong(1, minute);
        update.setInt(2, RollupWriter.number(level));
        update.executeUpdate();
        until.put(level, minute);
    }
}
