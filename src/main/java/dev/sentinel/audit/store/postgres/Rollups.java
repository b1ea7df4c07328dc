package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.LatencyBins;
import dev.sentinel.audit.store.StatsCounts;
import dev.sentinel.audit.store.StatsLevel;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The sums for charts, at the levels of {@link StatsLevel}. The statement that moves the watermark also adds the events
 * to their minutes. Wider spans are summed up once, when the events have passed them; late events are added to them. A
 * zero count is stored as null, which takes no space.
 */
final class Rollups {
    /** The key for all resources of a span that are not counted separately. */
    static final String OTHER_RESOURCES = "'00000000-0000-0000-0000-000000000000'::uuid";

    /**
     * The minute of a time, since the epoch. Truncated before it becomes a floating-point number, which would round.
     * {@code extract} returns a decimal number, and {@code date_trunc} with a zone looks that up; each takes four times
     * as long as the rest. Sessions are in UTC.
     */
    static final String MINUTE = "(date_part('epoch', date_trunc('minute', timestamp)) / 60)::bigint";

    /**
     * The key of a resource: a hash, because a resource may be longer than an index entry. A client cannot make two
     * keys collide.
     */
    static final String RESOURCE_KEY = "encode(substr(sha256(convert_to(resource, 'UTF8')), 1, 16), 'hex')::uuid";

    /** The counts of rows with the columns of an event, with the column names of the tables. */
    static final String COUNT_ALL = Stream.of(
                    Arrays.stream(EventStatus.values()).map(status -> count("status", status.wireName())),
                    Arrays.stream(ActionType.values()).map(type -> count("action_type", type.wireName())),
                    Arrays.stream(ActorType.values()).map(actor -> count("actor", actor.wireName())))
            .flatMap(counts -> counts)
            .collect(Collectors.joining(", "));

    static final String ALL = String.join(", ", StatsCounts.NAMES);

    private static final String SUM_ALL = each("sum(%1$s)::bigint AS %1$s");
    private static final String COLUMNS = each("%s bigint");
    private static final String ADD_ALL =
            each("%1$s = coalesce(known.%1$s + excluded.%1$s, known.%1$s, excluded.%1$s)");

    private static final List<String> TABLES = List.of(
            "CREATE TABLE audit_time_rollups (level smallint NOT NULL, minute bigint NOT NULL, " + COLUMNS + ")",
            "CREATE TABLE audit_agent_rollups (level smallint NOT NULL, minute bigint NOT NULL,"
                    + " agent_instance_id text COLLATE \"C\" NOT NULL, " + COLUMNS + ")",
            """
            CREATE TABLE audit_latency_rollups (
              level smallint NOT NULL, minute bigint NOT NULL, bin smallint NOT NULL, events bigint NOT NULL)
            """,
            """
            CREATE TABLE audit_resource_rollups (
              level smallint NOT NULL, minute bigint NOT NULL, resource_key uuid NOT NULL,
              events bigint NOT NULL, errors bigint NOT NULL)
            """,
            "CREATE TABLE audit_resources (resource_key uuid NOT NULL, resource text COLLATE \"C\" NOT NULL)");

    /** Created after the tables are filled. Rows change while their span is current, so pages keep some free space. */
    private static final List<String> KEYS = List.of(
            "ALTER TABLE audit_time_rollups ADD PRIMARY KEY (level, minute)",
            "ALTER TABLE audit_agent_rollups ADD PRIMARY KEY (level, minute, agent_instance_id)",
            "ALTER TABLE audit_latency_rollups ADD PRIMARY KEY (level, minute, bin)",
            "ALTER TABLE audit_resource_rollups ADD PRIMARY KEY (level, minute, resource_key)",
            "ALTER TABLE audit_resources ADD PRIMARY KEY (resource_key)",
            "ALTER TABLE audit_time_rollups SET (fillfactor = 80)",
            "ALTER TABLE audit_agent_rollups SET (fillfactor = 80)",
            "ALTER TABLE audit_latency_rollups SET (fillfactor = 80)",
            "ALTER TABLE audit_resource_rollups SET (fillfactor = 80)");

    /**
     * Adds the events {@code timed}, which has one row per event and level to add it to, with the first minute of the
     * span. The only parameter is the array of bins. Look-ups are sub-selects instead of joins: the planner does not
     * know how few there are. Sums by agent are computed once and reused for the totals.
     */
    private static final String ADD = """
            by_agent AS MATERIALIZED (
              SELECT level, minute, agent_instance_id, %1$s%12$s FROM timed GROUP BY level, minute, agent_instance_id),
            to_agents AS (
              INSERT INTO audit_agent_rollups AS known (level, minute, agent_instance_id, %2$s)
              SELECT level, minute, agent_instance_id, %2$s FROM by_agent
              %7$s),
            to_times AS (
              INSERT INTO audit_time_rollups AS known (level, minute, %2$s)
              SELECT level, minute, %3$s FROM by_agent GROUP BY level, minute
              %8$s),
            to_latencies AS (
              INSERT INTO audit_latency_rollups AS known (level, minute, bin, events)
              SELECT level, minute, width_bucket(latency_ms, %4$s::int[]) - 1, count(*) FROM timed
              WHERE latency_ms IS NOT NULL GROUP BY 1, 2, 3
              %9$s),
            by_resource AS MATERIALIZED (
              SELECT level, minute, resource, %5$s AS resource_key, events, errors FROM (
                SELECT level, minute, resource, count(*) AS events, count(*) FILTER (WHERE status = 'error') AS errors
                FROM timed GROUP BY level, minute, resource) grouped),
            capacity AS MATERIALIZED (
              SELECT level, minute, %13$s - (SELECT count(*) FROM audit_resource_rollups k
                WHERE k.level = s.level AND k.minute = s.minute AND k.resource_key <> %6$s) AS free
              FROM (SELECT DISTINCT level, minute FROM by_resource) s),
            ranked AS MATERIALIZED (
              SELECT level, minute, resource, resource_key, events, errors, listed,
                listed OR row_number() OVER (
                  PARTITION BY level, minute, listed ORDER BY events DESC, resource) <= free AS kept
              FROM (SELECT *, (SELECT true FROM audit_resource_rollups k WHERE k.level = r.level AND k.minute = r.minute
                  AND k.resource_key = r.resource_key) IS NOT NULL AS listed
                FROM by_resource r OFFSET 0) found JOIN capacity USING (level, minute)),
            named AS (
              INSERT INTO audit_resources (resource_key, resource)
              SELECT DISTINCT resource_key, resource FROM ranked WHERE kept AND NOT listed
              %10$s),
            to_resources AS (
              INSERT INTO audit_resource_rollups AS known (level, minute, resource_key, events, errors)
              SELECT level, minute, CASE WHEN kept THEN resource_key ELSE %6$s END, sum(events), sum(errors) FROM ranked
              GROUP BY 1, 2, 3
              %11$s)""";

    private static final String ADD_EVENTS = "events = known.events + excluded.events";

    /** The start of the wider span that contains a minute; correct before the epoch too. */
    private static final String SPAN = "minute - ((minute %% %1$s) + %1$s) %% %1$s";

    private static final String OF_NARROWER =
            "FROM %s WHERE level = $1::int - 1 AND minute >= $3::bigint AND minute < $4::bigint";

    /** Parameters: the level, its width in minutes, from, end. */
    private static final List<String> SUM_UP = List.of(
            sumUp("audit_time_rollups", ALL, SUM_ALL, ""),
            sumUp("audit_agent_rollups", "agent_instance_id, " + ALL, "agent_instance_id, " + SUM_ALL, ", 3"),
            sumUp("audit_latency_rollups", "bin, events", "bin, sum(events)", ", 3"));

    /** Keeps the resources with the most events; the fifth parameter is their number. */
    private static final String SUM_UP_RESOURCES = """
            INSERT INTO audit_resource_rollups (level, minute, resource_key, events, errors)
            SELECT $1::int, span, CASE WHEN rank <= $5::bigint THEN resource_key ELSE %1$s END, sum(events),
              sum(errors)
            FROM (
              SELECT span, resource_key, events, errors, row_number() OVER (
                PARTITION BY span ORDER BY resource_key = %1$s, events DESC, resource_key) AS rank
              FROM (SELECT %2$s AS span, resource_key, sum(events) AS events, sum(errors) AS errors %3$s
                GROUP BY 1, 2) summed) ranked
            GROUP BY 2, 3""".formatted(
                    OTHER_RESOURCES, SPAN.formatted("$2::bigint"), OF_NARROWER.formatted("audit_resource_rollups"));

    private static final String LEVELS = Arrays.stream(StatsLevel.values())
            .filter(level -> level != StatsLevel.MINUTE)
            .map(Rollups::column)
            .collect(Collectors.joining(", "));

    /** One row, as {@link #summedUntil} reads it. */
    static final String SUMMED_UNTIL = "SELECT " + LEVELS + " FROM audit_progress WHERE id = 0";

    private static final String MAX_RESOURCES = "CASE level "
            + Arrays.stream(StatsLevel.values())
                    .map(level -> "WHEN %d THEN %d ".formatted(number(level), level.maxResources()))
                    .collect(Collectors.joining())
            + "END";

    /**
     * Turns the events of {@code added}, which has their columns and their minute, into the rows {@code timed} of
     * {@link #ADD}. {@code moved} is the updated row of the watermark. The few late events are filtered out first.
     */
    private static final String TIMED = """
            spans AS MATERIALIZED (
              SELECT span.* FROM moved CROSS JOIN LATERAL (VALUES %s) AS span(level, width, summed_until)),
            late AS MATERIALIZED (SELECT * FROM added WHERE minute < (SELECT max(summed_until) FROM spans)),
            timed AS NOT MATERIALIZED (
              SELECT %d AS level, minute, agent_instance_id, actor, action_type, status, resource, latency_ms, timestamp
              FROM added
              UNION ALL
              SELECT level, %s, agent_instance_id, actor, action_type, status, resource, latency_ms, timestamp
              FROM late JOIN spans ON minute < summed_until)""".formatted(
                    Arrays.stream(StatsLevel.values())
                            .filter(level -> level != StatsLevel.MINUTE)
                            .map(level -> "(%d, %d, %s)".formatted(number(level), level.minutes(), column(level)))
                            .collect(Collectors.joining(", ")),
                    number(StatsLevel.MINUTE),
                    SPAN.formatted("width"));

    /** Adds all events below the watermark, at the level of minutes. The parameter is the array of bins. */
    private static final String FILL = """
            WITH timed AS NOT MATERIALIZED (
              SELECT %d AS level, %s AS minute, agent_instance_id, actor, action_type, status, resource, latency_ms
              FROM audit_events WHERE arrival < (SELECT next_arrival FROM audit_progress)),
            %s SELECT 1""".formatted(number(StatsLevel.MINUTE), MINUTE, add("$1", true));

    /** For this transaction: sorting millions of rows on disk would take longer than everything else. */
    private static final String MEMORY = "SET LOCAL work_mem = '64MB'; SET LOCAL maintenance_work_mem = '256MB'";

    private static final String NEWEST = """
            SELECT CASE WHEN count(*) > 0 THEN least(percentile_disc(0.5) WITHIN GROUP (ORDER BY minute), %s) END FROM (
              SELECT %s AS minute FROM audit_events WHERE arrival < (SELECT next_arrival FROM audit_progress)
              ORDER BY arrival DESC LIMIT 1000) newest""".formatted(MINUTE.replace("timestamp", "now()"), MINUTE);

    private Rollups() {}

    private static String count(String column, String value) {
        return "nullif(count(*) FILTER (WHERE " + column + " = '" + value + "'), 0) AS " + value;
    }

    private static String each(String format) {
        return StatsCounts.NAMES.stream().map(format::formatted).collect(Collectors.joining(", "));
    }

    private static String sumUp(String table, String columns, String values, String group) {
        return "INSERT INTO " + table + " (level, minute, " + columns + ") SELECT $1::int, "
                + SPAN.formatted("$2::bigint") + ", " + values + " " + OF_NARROWER.formatted(table) + " GROUP BY 2"
                + group;
    }

    private static String add(String bins, boolean toEmptyTables) {
        return ADD.formatted(
                COUNT_ALL,
                ALL,
                SUM_ALL,
                bins,
                RESOURCE_KEY,
                OTHER_RESOURCES,
                toEmptyTables ? "" : onConflict("level, minute, agent_instance_id", ADD_ALL),
                toEmptyTables ? "" : onConflict("level, minute", ADD_ALL),
                toEmptyTables ? "" : onConflict("level, minute, bin", ADD_EVENTS),
                toEmptyTables ? "" : "ON CONFLICT (resource_key) DO NOTHING",
                toEmptyTables
                        ? ""
                        : onConflict(
                                "level, minute, resource_key",
                                ADD_EVENTS + ", errors = known.errors + excluded.errors"),
                toEmptyTables ? "" : ", count(*) AS events, min(timestamp) AS first_seen, max(timestamp) AS last_seen",
                MAX_RESOURCES);
    }

    private static String onConflict(String key, String update) {
        return "ON CONFLICT (" + key + ") DO UPDATE SET " + update;
    }

    /**
     * Common table expressions that add the events of the expression {@code added}. The expression {@code moved} is the
     * updated row of {@code audit_progress}. Other expressions may read {@code by_agent}: at level 0 it counts each
     * event once.
     *
     * @param bins the name of the parameter that is {@link #bins()}
     */
    static String parts(String bins) {
        return TIMED + ",\n" + add(bins, false);
    }

    /** The columns of {@code audit_progress} that hold how far levels are summed up. */
    static String levelColumns() {
        return LEVELS;
    }

    static Integer[] bins() {
        return Arrays.stream(LatencyBins.lowestOfEach()).boxed().toArray(Integer[]::new);
    }

    /** The number that stands for a level in the tables. */
    static int number(StatsLevel level) {
        return switch (level) {
            case MINUTE -> 0;
            case QUARTER -> 1;
            case SIX_HOURS -> 2;
            case WEEK -> 3;
        };
    }

    static String column(StatsLevel level) {
        return level.name().toLowerCase(Locale.ROOT) + "_until";
    }

    static Map<StatsLevel, Long> summedUntil(Row row) {
        Map<StatsLevel, Long> until = new EnumMap<>(StatsLevel.class);
        for (StatsLevel level : StatsLevel.values()) {
            if (level != StatsLevel.MINUTE) {
                until.put(level, row.getLong(column(level)));
            }
        }
        return until;
    }

    /** Creates the tables and fills them from the events, within a transaction that locks the watermark. */
    static Future<Void> make(SqlConnection connection) {
        Future<?> made = Future.succeededFuture();
        for (String ddl : TABLES) {
            made = made.compose(before -> connection.query(ddl).execute());
        }
        for (StatsLevel level : StatsLevel.values()) {
            if (level != StatsLevel.MINUTE) {
                made = made.compose(before -> connection
                        .query("ALTER TABLE audit_progress ADD COLUMN " + column(level) + " bigint NOT NULL DEFAULT "
                                + StatsLevel.NEVER)
                        .execute());
            }
        }
        made = made.compose(done -> connection.query(MEMORY).execute())
                .compose(done -> connection.preparedQuery(FILL).execute(Tuple.of(bins())));
        for (String ddl : KEYS) {
            made = made.compose(before -> connection.query(ddl).execute());
        }
        return made.compose(filled -> connection.query(NEWEST).execute()).compose(rows -> {
            Long newest = rows.iterator().next().getLong(0);
            return newest == null ? Future.succeededFuture() : sumUpAll(connection, newest);
        });
    }

    private static Future<Void> sumUpAll(SqlConnection connection, long newestMinute) {
        return connection
                .query(SUMMED_UNTIL)
                .execute()
                .map(rows -> SumUp.next(summedUntil(rows.iterator().next()), newestMinute))
                .compose(next -> next.isEmpty()
                        ? Future.succeededFuture()
                        : sumUp(connection, next.get()).compose(done -> sumUpAll(connection, newestMinute)));
    }

    /** Sums up a span, unless another server has done so. Within a transaction. */
    static Future<Void> sumUp(SqlConnection connection, SumUp next) {
        // Locks the watermark's row, so that no server adds to the span while it is summed up.
        return connection
                .query(SUMMED_UNTIL + " FOR UPDATE")
                .execute()
                .compose(rows -> summedUntil(rows.iterator().next()).get(next.level()) == next.from()
                        ? insertSums(connection, next)
                        : Future.succeededFuture());
    }

    private static Future<Void> insertSums(SqlConnection connection, SumUp next) {
        StatsLevel level = next.level();
        Future<?> done = Future.succeededFuture();
        for (String sql : SUM_UP) {
            done = done.compose(before -> connection
                    .preparedQuery(sql)
                    .execute(Tuple.of(number(level), (long) level.minutes(), next.from(), next.end())));
        }
        return done.compose(before -> connection
                        .preparedQuery(SUM_UP_RESOURCES)
                        .execute(Tuple.of(number(level), (long) level.minutes(), next.from(), next.end(), (long)
                                level.maxResources())))
                .compose(before -> connection
                        .preparedQuery("UPDATE audit_progress SET " + column(level) + " = $1")
                        .execute(Tuple.of(next.end())))
                .mapEmpty();
    }
}
