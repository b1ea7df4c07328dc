package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.StatsCounts;
import dev.sentinel.audit.store.StatsLevel;
import dev.sentinel.audit.store.StatsQuery;
import dev.sentinel.audit.store.StatsRange;
import dev.sentinel.audit.store.StatsRows;
import dev.sentinel.audit.store.StatsTops;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Translates a statistics query into statements over the rollups and the late events, as {@link Rollups} says. What
 * each reads is bounded by the spans that cover the query and by the number of such events.
 */
final class StatsSql {
    /** Events read for the resources of one agent: rollups per agent and resource would be as large as the events. */
    static final int NEWEST_EVENTS = 1_000;

    static final String LEVELS = "SELECT level, summed_until FROM rollup_levels";

    private static final String EVENTS = "(success + error + pending + denied)";
    private static final String SUM_ALL =
            StatsCounts.NAMES.stream().map(name -> "sum(r." + name + ")").collect(Collectors.joining(", "));
    private static final String COUNT_ALL = conditions()
            .map(kinds -> "coalesce(sum(n) FILTER (WHERE kind IN (" + kinds + ")), 0)")
            .collect(Collectors.joining(", "));
    private static final String IS_ERROR =
            "l.kind IN (" + Kinds.sqlList(Set.of(), Set.of(), Set.of(EventStatus.ERROR)) + ")";
    private static final String LATE = " FROM cover c CROSS JOIN late_spans s ON s.span > c.first - "
            + StatsLevel.SIX_HOURS.minutes() + " AND s.span < c.last CROSS JOIN late_events l ON l.span = s.span"
            + " AND l.seq >= iif(c.level >= " + RollupWriter.number(StatsLevel.SIX_HOURS)
            + ", s.summed_seq, 0) AND l.minute >= c.first AND l.minute < c.last";
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

    /** The kinds that each of {@link StatsCounts#NAMES} counts. */
    private static Stream<String> conditions() {
        return Stream.of(
                        Arrays.stream(EventStatus.values())
                                .map(status -> Kinds.sqlList(Set.of(), Set.of(), Set.of(status))),
                        Arrays.stream(ActionType.values())
                                .map(action -> Kinds.sqlList(Set.of(), Set.of(action), Set.of())),
                        Arrays.stream(ActorType.values())
                                .map(actor -> Kinds.sqlList(Set.of(actor), Set.of(), Set.of())))
                .flatMap(kinds -> kinds);
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
        String tables = agent == null && query.agentPrefix().isEmpty() ? "rollups r" : "agent_rollups r";
        String filter = agentFilter(" WHERE r.agent_key");
        if (agent != null) {
            // One look-up in each span that has events.
            tables = "rollups s";
            filter = " CROSS JOIN agent_rollups r ON r.level = s.level AND r.minute = s.minute AND r.agent_key = "
                    + AGENT_KEY;
        }
        String sql = cover(ofBuckets.size()) + "SELECT " + bucket("r", parameters) + ", " + SUM_ALL + from(tables)
                + filter + " GROUP BY 1";
        addAgentParameters(parameters);
        sql += " UNION ALL SELECT bucket, " + COUNT_ALL + " FROM (SELECT " + bucket("l", parameters)
                + " AS bucket, l.kind AS kind, count(*) AS n" + LATE + agentFilter(" WHERE l.agent_key")
                + " GROUP BY 1, 2) GROUP BY 1";
        addAgentParameters(parameters);
        return new SearchSql.Statement(sql, parameters);
    }

    private String agentFilter(String isKey) {
        if (query.agentInstanceId() != null) {
            return isKey + " = " + AGENT_KEY;
        }
        return query.agentPrefix().isEmpty()
                ? ""
                : isKey + " IN (SELECT agent_key FROM agents WHERE " + SqliteReader.HAS_PREFIX + ")";
    }

    private void addAgentParameters(List<Object> parameters) {
        if (query.agentInstanceId() != null) {
            parameters.add(query.agentInstanceId());
        } else if (!query.agentPrefix().isEmpty()) {
            parameters.addAll(SqliteReader.parametersOf(query.agentPrefix()));
        }
    }

    private SearchSql.Statement latencies() {
        List<Object> parameters = cover(ofBuckets);
        String sql = cover(ofBuckets.size()) + "SELECT " + bucket("r", parameters) + ", r.bin, sum(r.events)"
                + from("latency_rollups r") + " GROUP BY 1, 2";
        sql += " UNION ALL SELECT " + bucket("l", parameters) + ", l.bin, count(*)" + LATE + " WHERE l.bin <> "
                + RollupSums.NO_BIN + " GROUP BY 1, 2";
        return new SearchSql.Statement(sql, parameters);
    }

    private SearchSql.Statement agents() {
        List<Object> parameters = cover(ofSpan);
        addAgentParameters(parameters);
        addAgentParameters(parameters);
        return tops(
                cover(ofSpan.size()) + ", sums AS MATERIALIZED (SELECT agent_key, sum(events) AS events,"
                        + " sum(errors) AS errors FROM (SELECT r.agent_key AS agent_key, " + EVENTS
                        + " AS events, r.error AS errors" + from("agent_rollups r")
                        + agentFilter(" WHERE r.agent_key") + " UNION ALL SELECT l.agent_key, 1, " + IS_ERROR
                        + LATE + agentFilter(" WHERE l.agent_key") + ") GROUP BY 1)",
                "SELECT agent_instance_id AS name, sums.events AS events, sums.errors AS errors"
                        + " FROM sums JOIN agents USING (agent_key)",
                parameters);
    }

    /** A late event has the text of its resource, which may not have a key yet. */
    private SearchSql.Statement resources() {
        List<Object> parameters = cover(ofSpan);
        return tops(
                cover(ofSpan.size()) + ", late AS MATERIALIZED (SELECT l.resource AS name, count(*) AS events, sum("
                        + IS_ERROR + ") AS errors" + LATE + " GROUP BY 1),"
                        + " sums AS MATERIALIZED (SELECT resource_key, new_name, sum(events) AS events,"
                        + " sum(errors) AS errors FROM (SELECT r.resource_key AS resource_key, NULL AS new_name,"
                        + " r.events AS events, r.errors AS errors" + from("resource_rollups r")
                        + " WHERE r.resource_key <> " + RollupWriter.OTHER_RESOURCES
                        + " UNION ALL SELECT k.resource_key, iif(k.resource_key IS NULL, late.name, NULL), late.events,"
                        + " late.errors FROM late LEFT JOIN resources k ON k.resource = late.name) GROUP BY 1, 2)",
                "SELECT coalesce(sums.new_name, resource) AS name, sums.events AS events, sums.errors AS errors"
                        + " FROM sums LEFT JOIN resources USING (resource_key)",
                parameters);
    }

    private SearchSql.Statement resourcesOf(String agentInstanceId) {
        List<Object> parameters = new ArrayList<>();
        String newest = new WalkSql(WalkFunction.SEQS, true, NEWEST_EVENTS, parameters)
                .agents(Set.of(agentInstanceId))
                .from(Optional.of(beginOf(query.fromMinute())))
                .to(Optional.of(beginOf(query.endMinute())))
                .sql();
        return tops(
                "WITH newest AS MATERIALIZED (SELECT e.resource, e.status FROM json_each(" + newest
                        + ") b CROSS JOIN log.audit_events e ON e.seq = b.value),"
                        + " sums AS MATERIALIZED (SELECT resource AS name, count(*) AS events,"
                        + " count(*) FILTER (WHERE status = 'error') AS errors FROM newest GROUP BY 1)",
                "SELECT name, events, errors FROM sums",
                parameters);
    }

    private static SearchSql.Bound beginOf(long minute) {
        return new SearchSql.Bound(minute * StatsQuery.MICROS_PER_MINUTE, -1);
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

    private String bucket(String table, List<Object> parameters) {
        parameters.add(query.firstBucketMinute());
        parameters.add(query.bucketMinutes());
        return "(" + table + ".minute - ?) / ?";
    }

    /** Reads in the order of the cover, and within a range in the order of the table's key. */
    private static String from(String table) {
        String name = table.substring(table.length() - 1);
        return " FROM cover c CROSS JOIN " + table + " ON " + name + ".level = c.level AND " + name
                + ".minute >= c.first AND " + name + ".minute < c.last";
    }
}
