package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.store.StatsLevel;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Compares the folded totals with the events. */
public final class Totals {
    private static final String DIFFERENCES = """
            WITH counted_agents AS (
              SELECT agent_instance_id, count(*) AS total, count(*) FILTER (WHERE status = 'error') AS errors,
                min(timestamp) AS first_seen, max(timestamp) AS last_seen
              FROM audit_events GROUP BY 1),
            levels AS (
              SELECT l.* FROM audit_progress CROSS JOIN LATERAL (VALUES (0, 1, 1::bigint << 60), (1, 15, quarter_until),
                (2, 360, six_hours_until), (3, 10080, week_until)) AS l(level, width, summed_until)),
            timed AS MATERIALIZED (
              SELECT level, minute - ((minute %% width) + width) %% width AS minute, agent_instance_id, actor,
                action_type, status, latency_ms
              FROM (SELECT *, %1$s AS minute FROM audit_events) e JOIN levels ON minute < summed_until),
            counted_times AS (SELECT level, minute, %2$s FROM timed GROUP BY 1, 2),
            counted_by_agent AS (SELECT level, minute, agent_instance_id, %2$s FROM timed GROUP BY 1, 2, 3),
            counted_latencies AS (
              SELECT level, minute, width_bucket(latency_ms, ARRAY[%3$s]) - 1 AS bin, count(*) AS events FROM timed
              WHERE latency_ms IS NOT NULL GROUP BY 1, 2, 3),
            counted_resources AS (
              SELECT level, minute, count(*) AS events, count(*) FILTER (WHERE status = 'error') AS errors
              FROM timed GROUP BY 1, 2),
            resources AS (
              SELECT level, minute, sum(events) AS events, sum(errors) AS errors
              FROM audit_resource_rollups GROUP BY 1, 2)
            """.formatted(
                            Rollups.MINUTE,
                            Rollups.COUNT_ALL,
                            Arrays.stream(Rollups.bins()).map(String::valueOf).collect(Collectors.joining(",")))
            + both("audit_agents", "counted_agents")
            + " UNION ALL "
            + both("audit_time_rollups", "counted_times")
            + " UNION ALL "
            + both("audit_agent_rollups", "counted_by_agent")
            + " UNION ALL "
            + both("audit_latency_rollups", "counted_latencies")
            + " UNION ALL "
            + both("resources", "counted_resources");

    private Totals() {}

    private static String both(String kept, String counted) {
        return "(SELECT '%1$s ' || x::text FROM (TABLE %1$s EXCEPT TABLE %2$s) x) UNION ALL ".formatted(kept, counted)
                + "(SELECT 'no %1$s ' || x::text FROM (TABLE %2$s EXCEPT TABLE %1$s) x)".formatted(kept, counted);
    }

    /** The minute up to which each level except minutes is summed up. */
    static Map<StatsLevel, Long> summedUntil(PostgresServer server, String url) throws SQLException {
        Map<StatsLevel, Long> until = new EnumMap<>(StatsLevel.class);
        try (Connection connection = server.connect(url);
                Statement statement = connection.createStatement();
                ResultSet progress = statement.executeQuery("SELECT * FROM audit_progress")) {
            progress.next();
            for (StatsLevel level : StatsLevel.values()) {
                if (level != StatsLevel.MINUTE) {
                    until.put(level, progress.getLong(Rollups.column(level)));
                }
            }
        }
        return until;
    }

    /** Each difference; none if everything has been sequenced and counted once. */
    public static List<String> differences(PostgresServer server, String url) throws SQLException {
        List<String> differences = new ArrayList<>();
        try (Connection connection = server.connect(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(DIFFERENCES)) {
            while (rows.next()) {
                differences.add(rows.getString(1));
            }
        }
        return differences;
    }
}
