package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.store.StatsCounts;
import dev.sentinel.audit.store.StatsLevel;
import dev.sentinel.audit.store.StatsQuery;
import dev.sentinel.audit.store.StatsRange;
import dev.sentinel.audit.store.StatsRows;
import dev.sentinel.audit.store.StatsTops;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Translates a statistics query into statements over the rollups and the few events above the watermark. What each
 * reads is bounded by the spans that cover the query.
 */
final class StatsSql {
    /** Events read for the resources of one agent: rollups per agent and resource would be as large as the events. */
    static final long NEWEST_EVENTS = 1_000;

    private static final String EVENTS =
            "coalesce(success, 0) + coalesce(error, 0) + coalesce(pending, 0)" + " + coalesce(denied, 0)";
    private static final String SUM_ALL = StatsCounts.NAMES.stream()
            .map(name -> "coalesce(sum(" + name + "), 0)::bigint")
            .collect(Collectors.joining(", "));

    /**
     * The rows of a table in the spans of the first three parameters. A sub-select per span, independent of the
     * planner's estimates.
     */
    private static final String COVERED = """
            unnest($1::smallint[], $2::bigint[], $3::bigint[]) AS c(level, first, last) CROSS JOIN LATERAL (
              SELECT * FROM %s t WHERE t.level = c.level AND t.minute >= c.first AND t.minute < c.last OFFSET 0) r""";

    /** The events above the watermark in a time span. */
    private static final String ABOVE = """
            (SELECT *, %s AS minute FROM audit_events
             WHERE arrival >= (SELECT next_arrival FROM audit_progress WHERE id = 0) OFFSET 0) above
            WHERE minute >= %s AND minute < %s""";

    private static final String BUCKET = "(minute - $4) / $5";

    /** Parameters: the spans, the first minute of the buckets, their width, from, end; then the agent or the prefix. */
    private static final String COUNTS = """
            SELECT bucket::int, %s FROM (
              SELECT %s AS bucket, %s FROM %s
              UNION ALL SELECT %s, %s FROM %s GROUP BY 1) parts
            GROUP BY bucket""";

    /** One look-up in each span that has events. */
    private static final String COVERED_AGENT = COVERED.formatted("audit_time_rollups")
            .replace(" r", " s")
            .concat(" CROSS JOIN LATERAL (SELECT * FROM audit_agent_rollups a WHERE a.level = s.level"
                    + " AND a.minute = s.minute AND a.agent_instance_id = $8 OFFSET 0) r");

    private static final String OF_PREFIX = " WHERE starts_with(agent_instance_id, %s)";

    static final String COUNTS_OF_ALL = counts(COVERED.formatted("audit_time_rollups"), "");

    static final String COUNTS_OF_AGENT = counts(COVERED_AGENT, " AND agent_instance_id = $8");

    static final String COUNTS_OF_PREFIX = counts(
            COVERED.formatted("audit_agent_rollups") + OF_PREFIX.formatted("$8"),
            " AND starts_with(agent_instance_id, $8)");

    /** The last parameter is the array of bins. */
    static final String LATENCIES = """
            SELECT bucket::int, bin::int, sum(events)::bigint FROM (
              SELECT %1$s AS bucket, bin, events FROM %2$s
              UNION ALL SELECT %1$s, width_bucket(latency_ms, $8::int[]) - 1, 1
              FROM %3$s AND latency_ms IS NOT NULL) parts
            GROUP BY 1, 2""".formatted(
                    BUCKET, COVERED.formatted("audit_latency_rollups"), ABOVE.formatted(Rollups.MINUTE, "$6", "$7"));

    private static final String TOPS = """
            %1$s
            SELECT %3$d, NULL::text, count(*), coalesce(sum(events), 0)::bigint FROM sums
            UNION ALL (SELECT %4$d, name, events, errors FROM sums ORDER BY events DESC, name LIMIT %2$s)
            UNION ALL (
              SELECT %5$d, name, events, errors FROM sums WHERE errors > 0 ORDER BY errors DESC, name LIMIT %2$s)""";

    /** Parameters: the spans, from, end, the limit; then the prefix. */
    static final String AGENTS = tops(
            """
            WITH sums AS MATERIALIZED (
              SELECT agent_instance_id AS name, sum(events)::bigint AS events, sum(errors)::bigint AS errors FROM (
                SELECT agent_instance_id, %1$s AS events, coalesce(error, 0) AS errors FROM %2$s %3$s
                UNION ALL SELECT agent_instance_id, 1, (status = 'error')::int FROM %4$s
                  AND starts_with(agent_instance_id, $7)) parts
              GROUP BY 1)""".formatted(
                            EVENTS,
                            COVERED.formatted("audit_agent_rollups"),
                            OF_PREFIX.formatted("$7"),
                            ABOVE.formatted(Rollups.MINUTE, "$4", "$5")),
            "$6");

    /**
     * Parameters: the spans, from, end, the limit. The resource of an event above the watermark may not be in
     * audit_resources yet.
     */
    static final String RESOURCES = tops(
            """
            WITH sums AS MATERIALIZED (
              SELECT coalesce(max(resource),
                  (SELECT n.resource FROM audit_resources n WHERE n.resource_key = parts.resource_key)) AS name,
                sum(events)::bigint AS events, sum(errors)::bigint AS errors
              FROM (
                SELECT resource_key, NULL::text COLLATE "C" AS resource, events, errors
                FROM %1$s WHERE resource_key <> %2$s
                UNION ALL SELECT %3$s, resource, 1, (status = 'error')::int FROM %4$s) parts
              GROUP BY resource_key)""".formatted(
                            COVERED.formatted("audit_resource_rollups"),
                            Rollups.OTHER_RESOURCES,
                            Rollups.RESOURCE_KEY,
                            ABOVE.formatted(Rollups.MINUTE, "$4", "$5")),
            "$6");

    /** Parameters: the agent, from, end, the limit of events, the limit of resources. */
    static final String RESOURCES_OF_AGENT = tops("""
            WITH newest AS MATERIALIZED (
              SELECT resource, status FROM audit_events
              WHERE agent_instance_id = $1 AND timestamp >= $2 AND timestamp < $3
              ORDER BY timestamp DESC, arrival DESC LIMIT $4),
            sums AS MATERIALIZED (
              SELECT resource AS name, count(*) AS events, count(*) FILTER (WHERE status = 'error') AS errors
              FROM newest GROUP BY 1)""", "$5");

    private final StatsQuery query;
    private final List<StatsRange> ofBuckets;
    private final List<StatsRange> ofSpan;

    /** @param summedUntil may be outdated, since what is summed up stays at the narrower levels */
    StatsSql(StatsQuery query, Map<StatsLevel, Long> summedUntil) {
        this.query = query;
        this.ofBuckets =
                StatsRange.cover(query.fromMinute(), query.endMinute(), query.bucketMinutes(), summedUntil::get);
        this.ofSpan =
                StatsRange.cover(query.fromMinute(), query.endMinute(), StatsLevel.WEEK.minutes(), summedUntil::get);
    }

    private static String counts(String covered, String above) {
        return COUNTS.formatted(
                SUM_ALL,
                BUCKET.replace("minute", "r.minute"),
                "r." + Rollups.ALL.replace(", ", ", r."),
                covered,
                BUCKET,
                Rollups.COUNT_ALL,
                ABOVE.formatted(Rollups.MINUTE, "$6", "$7") + above);
    }

    private static String tops(String sums, String limit) {
        return TOPS.formatted(sums, limit, StatsTops.ALL, StatsTops.BY_EVENTS, StatsTops.BY_ERRORS);
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
        Tuple parameters = bucketParameters();
        if (query.agentInstanceId() != null) {
            return new SearchSql.Statement(COUNTS_OF_AGENT, parameters.addString(query.agentInstanceId()));
        }
        return query.agentPrefix().isEmpty()
                ? new SearchSql.Statement(COUNTS_OF_ALL, parameters)
                : new SearchSql.Statement(COUNTS_OF_PREFIX, parameters.addString(query.agentPrefix()));
    }

    private SearchSql.Statement latencies() {
        return new SearchSql.Statement(LATENCIES, bucketParameters().addValue(Rollups.bins()));
    }

    private SearchSql.Statement agents() {
        return new SearchSql.Statement(AGENTS, topParameters().addString(query.agentPrefix()));
    }

    private SearchSql.Statement resources() {
        return new SearchSql.Statement(RESOURCES, topParameters());
    }

    private SearchSql.Statement resourcesOf(String agentInstanceId) {
        return new SearchSql.Statement(
                RESOURCES_OF_AGENT,
                Tuple.of(
                        agentInstanceId,
                        EventArrays.utc(StatsQuery.timeOf(query.fromMinute())),
                        EventArrays.utc(StatsQuery.timeOf(query.endMinute())),
                        NEWEST_EVENTS,
                        (long) query.top()));
    }

    private Tuple bucketParameters() {
        return cover(ofBuckets)
                .addLong(query.firstBucketMinute())
                .addLong((long) query.bucketMinutes())
                .addLong(query.fromMinute())
                .addLong(query.endMinute());
    }

    private Tuple topParameters() {
        return cover(ofSpan)
                .addLong(query.fromMinute())
                .addLong(query.endMinute())
                .addLong((long) query.top());
    }

    private static Tuple cover(List<StatsRange> ranges) {
        return Tuple.of(
                ranges.stream()
                        .map(range -> (short) Rollups.number(range.level()))
                        .toArray(Short[]::new),
                ranges.stream().map(StatsRange::from).toArray(Long[]::new),
                ranges.stream().map(StatsRange::end).toArray(Long[]::new));
    }
}
