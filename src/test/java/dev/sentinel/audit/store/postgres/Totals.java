package dev.sentinel.audit.store.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What is folded of the events, compared with the events. */
public final class Totals {
    private static final String DIFFERENCES = """
            WITH counted_agents AS (
              SELECT agent_instance_id, count(*) AS total, count(*) FILTER (WHERE status = 'error') AS errors,
                min(timestamp) AS first_seen, max(timestamp) AS last_seen
              FROM audit_events GROUP BY 1),
            counted_rollups AS (
              SELECT date_trunc('minute', timestamp, 'UTC') AS minute, actor, action_type, status, count(*) AS events
              FROM audit_events GROUP BY 1, 2, 3, 4)
            (SELECT 'agents ' || x::text FROM (TABLE audit_agents EXCEPT TABLE counted_agents) x) UNION ALL
            (SELECT 'no agents ' || x::text FROM (TABLE counted_agents EXCEPT TABLE audit_agents) x) UNION ALL
            (SELECT 'rollups ' || x::text FROM (TABLE audit_rollups EXCEPT TABLE counted_rollups) x) UNION ALL
            (SELECT 'no rollups ' || x::text FROM (TABLE counted_rollups EXCEPT TABLE audit_rollups) x)""";

    private Totals() {}

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
