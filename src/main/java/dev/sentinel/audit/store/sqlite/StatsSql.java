package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.StatsCounts;
import dev.sentinel.audit.store.StatsLevel;
import dev.sentinel.audit.store.StatsQuery;
import dev.sentinel.audit.store.StatsRange;
import dev.sentinel.audit.store.StatsRows;
import dev.sentinel.audit.store.StatsTops;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Translates a statistics query into statements over the rollups. What each reads is bounded by the spans that cover
 * the query.
 */
final class StatsSql {
    /** Events read for the resources of one agent: rollups per agent and resource would be as large as the events. */
    static final int NEWEST_EVENTS = 1_000;

    static final String LEVELS = "SELECT level, summed_until FROM rollup_levels";

    private static final String EVENTS = "(success + error + pending + denied)";
    private static final String SUM_ALL =
            StatsCounts.NAMES.stream().map(name -> "sum(r." + name + ")").collect(Collectors.joining(", "));
    private static final String AGENT_KEY = "(SELECT agent_key FROM agents WHERE agent_instance_id = ?)";

    private final StatsQuery query;
    private final List<StatsRange> ofBuckets;
    private final List<StatsRange> ofSpan;

    /**
     * @param summedUntil as {@link #LEVELS} returns it; may be outdated, since what is summed up stays at the narrower
     *     levels
     */
    StatsSql(StatsQuery query, Map<StatsLevel, Long> summedUntil) {
        this.query = query;
        this.ofBuckets =
                StatsRange.cover(query.fromMinute(), query.endMinute(), query.bucketMinutes(), summedUntil::get);
        this.ofSpan =
                StatsRange.cover(query.fromMinute(), query.endMinute(), StatsLevel.WEEK.minutes(), summedUntil::get);
    }

    /** The statement for a part; its rows are as {@link StatsRows.Part} says. */
    SearchSql.Statement of(StatsRows.Part part) {
        return switch (part) {
            case AGENTS -> agents();
            case RESOURCES -> resources();
            case RESOURCES_OF_AGENT -> resourcesOf(Objects.requireNonNull(query.agentInstanceId()));
            case LATENCIES -> latencies();
            case COUNTS -> counts();
        };
    }

    private SearchSql.Statement counts() {
        List<Object> parameters = cover(ofBuckets);
        String agent = query.agentInstanceId();
        String tables = "rollups r";
        String filter = "";
        if (agent != null) {
            // One look-up in each span that has events.
            tables = "rollups s";
            filter = " CROSS JOIN agent_rollups r ON r.level = s.level AND r.minute = s.minute AND r.agent_key = "
                    + AGENT_KEY;
        } else if (!query.agentPrefix().isEmpty()) {
            tables = "agent_rollups r";
            filter = " WHERE r.agent_key IN (SELECT agent_key FROM agents WHERE " + SqliteReader.HAS_PREFIX + ")";
        }
        String sql = cover(ofBuckets.size()) + "SELECT " + bucket(parameters) + ", " + SUM_ALL + from(tables) + filter
                + " GROUP BY 1";
        if (agent != null) {
            parameters.add(agent);
        } else if (!query.agentPrefix().isEmpty()) {
            parameters.addAll(SqliteReader.parametersOf(query.agentPrefix()));
        }
        return new SearchSql.Statement(sql, parameters);
    }

    private SearchSql.Statement latencies() {
        List<Object> parameters = cover(ofBuckets);
        return new SearchSql.Statement(
                cover(ofBuckets.size()) + "SELECT " + bucket(parameters) + ", r.bin, sum(r.events)"
                        + from("latency_rollups r") + " GROUP BY 1, 2",
                parameters);
    }

    private SearchSql.Statement agents() {
        List<Object> parameters = cover(ofSpan);
        String prefix = "";
        if (!query.agentPrefix().isEmpty()) {
            prefix = " WHERE r.agent_key IN (SELECT agent_key FROM agents WHERE " + SqliteReader.HAS_PREFIX + ")";
            parameters.addAll(SqliteReader.parametersOf(query.agentPrefix()));
        }
        return tops(
                cover(ofSpan.size()) + ", sums AS MATERIALIZED (SELECT r.agent_key, sum" + EVENTS
                        + " AS events, sum(r.error) AS errors" + from("agent_rollups r") + prefix + " GROUP BY 1)",
                "SELECT agent_instance_id AS name, sums.events AS events, sums.errors AS errors"
                        + " FROM sums JOIN agents USING (agent_key)",
                parameters);
    }

    private SearchSql.Statement resources() {
        List<Object> parameters = cover(ofSpan);
        return tops(
                cover(ofSpan.size()) + ", sums AS MATERIALIZED (SELECT r.resource_key, sum(r.events) AS events,"
                        + " sum(r.errors) AS errors" + from("resource_rollups r") + " WHERE r.resource_key <> "
                        + RollupWriter.OTHER_RESOURCES + " GROUP BY 1)",
                "SELECT resource AS name, events, errors FROM sums JOIN resources USING (resource_key)",
                parameters);
    }

    private SearchSql.Statement resourcesOf(String agentInstanceId) {
        List<Object> parameters = new ArrayList<>(List.of(
                agentInstanceId,
                query.fromMinute() * StatsQuery.MICROS_PER_MINUTE,
                query.endMinute() * StatsQuery.MICROS_PER_MINUTE,
                NEWEST_EVENTS));
        return tops(
                "WITH newest AS MATERIALIZED (SELECT e.resource, e.status FROM by_agent b"
                        + " CROSS JOIN log.audit_events e ON e.seq = b.seq WHERE b.agent_key = " + AGENT_KEY
                        + " AND b.ts >= ? AND b.ts < ? ORDER BY b.ts DESC, b.seq DESC LIMIT ?),"
                        + " sums AS MATERIALIZED (SELECT resource AS name, count(*) AS events,"
                        + " count(*) FILTER (WHERE status = 'error') AS errors FROM newest GROUP BY 1)",
                "SELECT name, events, errors FROM sums",
                parameters);
    }

    private SearchSql.Statement tops(String sums, String named, List<Object> parameters) {
        parameters.add(query.top());
        parameters.add(query.top());
        return new SearchSql.Statement(
                sums + " SELECT " + StatsTops.ALL + ", NULL, count(*), coalesce(sum(events), 0) FROM sums"
                        + " UNION ALL SELECT " + StatsTops.BY_EVENTS + ", * FROM (" + named
                        + " ORDER BY events DESC, name LIMIT ?)"
                        + " UNION ALL SELECT " + StatsTops.BY_ERRORS + ", * FROM (" + named
                        + " WHERE sums.errors > 0 ORDER BY errors DESC, name LIMIT ?)",
                parameters);
    }

    private static String cover(int ranges) {
        return "WITH cover(level, first, last) AS (VALUES "
                + String.join(", ", Collections.nCopies(ranges, "(?, ?, ?)")) + ") ";
    }

    private static List<Object> cover(List<StatsRange> ranges) {
        List<Object> parameters = new ArrayList<>();
        for (StatsRange range : ranges) {
            parameters.add(RollupWriter.number(range.level()));
            parameters.add(range.from());
            parameters.add(range.end());
        }
        return parameters;
    }

    private String bucket(List<Object> parameters) {
        parameters.add(query.firstBucketMinute());
        parameters.add(query.bucketMinutes());
        return "(r.minute - ?) / ?";
    }

    /** Reads in the order of the cover, and within a range in the order of the table's key. */
    private static String from(String table) {
        String name = table.substring(table.length() - 1);
        return " FROM cover c CROSS JOIN " + table + " ON " + name + ".level = c.level AND " + name
                + ".minute >= c.first AND " + name + ".minute < c.last";
    }
}
