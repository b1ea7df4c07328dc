package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.Position;
import dev.sentinel.audit.store.TraceQuery;
import dev.sentinel.audit.store.TraceSummary;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The statements that list and sum up traces. A trace is found where the walk through the events by time meets its
 * first event: that needs no list of traces, which each insert would have to keep. Everything else is read from the
 * order by trace: the first {@code maxEvents} events of a trace, and as many of its end for its last event, whoever
 * they are of. Otherwise a caller that may not see a trace would notice how long it is, and wait for it.
 */
final class TraceSql {
    /** Events of the walk that are examined at once: tens of milliseconds. */
    static final int SLICE = 10_000;

    /** Events of each sought session of which the traces are examined, the newest ones. */
    private static final int MAX_SESSION_EVENTS = 100_000;

    private static final int MAX_AGENTS = 1_000;

    /** The columns of a step, which {@link PostgresTraces} reads. */
    private static final String STEP = "event_id, coalesce(sent_timestamp, timestamp) AS sent, agent_instance_id,"
            + " action_type, resource, status, latency_ms, timestamp, trace_id, session_id";

    static final int STEP_COLUMNS = 10;

    /** See {@link dev.sentinel.audit.store.TraceSummary#status}. */
    private static final String GRAVITY = "array_position(ARRAY['error', 'denied', 'pending', 'success'], status)";

    private static final String COUNTS = Stream.of(EventStatus.values())
            .map(status -> "count(*) FILTER (WHERE status = '" + status.wireName() + "') AS " + status.wireName())
            .collect(Collectors.joining(", "));

    /**
     * Selects, for each trace: the columns of its first event, its last event and its first problem (which may be
     * null), the number of events by status, and the agents. The parameters are the trace ids, the prefix of agents,
     * and the largest number of events.
     */
    static final String SUMMARIES = """
            SELECT f.*, l.*, b.*, %2$s, k.agents, EXISTS (
                SELECT FROM audit_events e WHERE e.trace_id = c.trace_id LIMIT 1 OFFSET $3) AS more
            FROM unnest($1::text[]) WITH ORDINALITY AS c(trace_id, place)
            CROSS JOIN LATERAL (SELECT %1$s FROM (%6$s) e ORDER BY e.timestamp, e.arrival LIMIT 1) f
            LEFT JOIN LATERAL (SELECT %1$s FROM (
                (SELECT 0 AS choice, w.* FROM (%8$s) w
                  WHERE NOT (w.resource = '%7$s' AND w.actor = 'human' AND w.action_type = 'api_call')
                  ORDER BY w.timestamp DESC, w.arrival DESC LIMIT 1)
                UNION ALL
                (SELECT 1, w.* FROM (%8$s) w ORDER BY w.timestamp DESC, w.arrival DESC LIMIT 1)) e
              ORDER BY choice LIMIT 1) l ON true
            CROSS JOIN LATERAL (
              SELECT %3$s, (array_agg(DISTINCT agent_instance_id))[1:%4$d] AS agents,
                (array_agg(arrival ORDER BY status <> 'error', timestamp, arrival)
                  FILTER (WHERE status IN ('error', 'denied')))[1] AS bad
              FROM (%5$s) w) k
            LEFT JOIN LATERAL (SELECT %1$s FROM audit_events e WHERE e.arrival = k.bad) b ON true
            ORDER BY c.place""".formatted(
                    STEP,
                    Stream.of(EventStatus.values())
                            .map(status -> "k." + status.wireName())
                            .collect(Collectors.joining(", ")),
                    COUNTS,
                    MAX_AGENTS,
                    walk("c", "e.status, e.agent_instance_id, e.timestamp, e.arrival", "$2", "$3"),
                    walk("c", "e.*", "$2", "$3"),
                    TraceSummary.NOTE,
                    walk("c", "e.*", "$2", "$3", " DESC"));

    /** The parameters are the session, the prefix of agents, and the largest numbers of events and of agents. */
    static final String SESSION = """
            WITH walked AS MATERIALIZED (SELECT * FROM (
                SELECT agent_instance_id, status, timestamp, arrival FROM audit_events
                WHERE session_id = $1 ORDER BY timestamp, arrival LIMIT $3) first
              WHERE starts_with(agent_instance_id, $2))
            SELECT status, count(*), min(timestamp), max(timestamp),
              (SELECT array_agg(agent_instance_id) FROM (SELECT DISTINCT agent_instance_id FROM walked
                ORDER BY agent_instance_id LIMIT $4) agents),
              (SELECT timestamp FROM (
                  SELECT agent_instance_id, timestamp, arrival FROM audit_events
                  WHERE session_id = $1 ORDER BY timestamp DESC, arrival DESC LIMIT $3) last
                WHERE starts_with(agent_instance_id, $2) ORDER BY timestamp DESC, arrival DESC LIMIT 1),
              EXISTS (SELECT FROM audit_events WHERE session_id = $1 LIMIT 1 OFFSET $3)
            FROM walked GROUP BY status""";

    /**
     * The oldest visible event of each trace in the slice is its first one, or none is. A scalar query, because
     * PostgreSQL would make a join of NOT EXISTS that reads a long trace once for each of its events; and materialized,
     * because it would evaluate the other conditions first, for each event.
     */
    private static final String STARTS = """
            WITH slice AS MATERIALIZED (%1$s ORDER BY timestamp DESC%2$s, arrival DESC%2$s LIMIT %3$d),
            oldest AS MATERIALIZED (SELECT DISTINCT ON (trace_id) timestamp, arrival, trace_id FROM slice
              WHERE starts_with(agent_instance_id, %4$s) ORDER BY trace_id, timestamp, arrival),
            firsts AS MATERIALIZED (SELECT * FROM oldest s WHERE s.arrival = (
              SELECT arrival FROM (%5$s) w ORDER BY timestamp, arrival LIMIT 1))
            SELECT timestamp, arrival, trace_id FROM (
              SELECT s.timestamp, s.arrival, s.trace_id FROM firsts s WHERE %6$s) found
            UNION ALL (SELECT timestamp, arrival, NULL FROM (
              SELECT timestamp, arrival FROM slice ORDER BY timestamp, arrival LIMIT 1) reached
              WHERE (SELECT count(*) FROM slice) = %3$d)
            ORDER BY 1 DESC, 2 DESC, 3 NULLS LAST""";

    /** The first visible event of each trace of which the newest events of the sessions are. */
    private static final String OF_SESSIONS = """
            SELECT f.timestamp, f.arrival, x.trace_id, f.agent_instance_id FROM (
              SELECT DISTINCT y.trace_id FROM unnest(%1$s) AS u(id)
              CROSS JOIN LATERAL (SELECT e.trace_id, e.agent_instance_id FROM audit_events e WHERE e.session_id = u.id
                ORDER BY e.timestamp DESC, e.arrival DESC LIMIT %2$d) y
              WHERE starts_with(y.agent_instance_id, %3$s)) x
            CROSS JOIN LATERAL (SELECT * FROM (%4$s) w ORDER BY timestamp, arrival LIMIT 1) f""";

    private final TraceQuery query;
    private final int maxEvents;
    private final List<Object> values = new ArrayList<>();

    private TraceSql(TraceQuery query, int maxEvents) {
        this.query = query;
        this.maxEvents = maxEvents;
    }

    /**
     * Selects the next traces: time, arrival and trace id of their first events. The last row has no trace id; it is
     * where the walk has got to, or null if it has ended.
     */
    static SearchSql.Statement starts(TraceQuery query, int maxEvents) {
        TraceSql sql = new TraceSql(query, maxEvents);
        String text = STARTS.formatted(
                sql.entries(),
                sql.nulls(),
                SLICE,
                sql.prefix(),
                sql.walk("s", "e.arrival, e.timestamp"),
                sql.isFound());
        return new SearchSql.Statement(text, Tuple.wrap(sql.values));
    }

    private String add(Object value, String type) {
        values.add(value);
        return "$" + values.size() + "::" + type;
    }

    private String addAll(Collection<String> texts) {
        return add(texts.toArray(String[]::new), "text[]");
    }

    /** Only the walk by time names an order of nulls: see {@link SearchSql}. */
    private String nulls() {
        return query.sessionIds().isEmpty() ? " NULLS LAST" : "";
    }

    private String entries() {
        String walk = query.sessionIds().isEmpty() ? "audit_events" : "(" + ofSessions() + ") s";
        StringBuilder sql = new StringBuilder(
                "SELECT timestamp, arrival, trace_id, agent_instance_id FROM " + walk + " WHERE true");
        Instant from = query.from();
        if (from != null) {
            sql.append(" AND (timestamp, arrival) >= ").append(bound(new Position(from, -1)));
        }
        Position after = query.after();
        Instant to = query.to();
        if (after != null && (to == null || after.time().isBefore(to))) {
            sql.append(" AND (timestamp, arrival) < ").append(bound(after));
        } else if (to != null) {
            sql.append(" AND (timestamp, arrival) < ").append(bound(new Position(to, -1)));
        }
        return sql.toString();
    }

    private String bound(Position position) {
        return "(" + add(EventArrays.utc(position.time()), "timestamptz") + ", " + add(position.rowId(), "bigint")
                + ")";
    }

    private String ofSessions() {
        return OF_SESSIONS.formatted(
                addAll(query.sessionIds()),
                MAX_SESSION_EVENTS,
                prefix(),
                walk("x", "e.arrival, e.timestamp, e.agent_instance_id"));
    }

    private String isFound() {
        List<String> conditions = new ArrayList<>();
        if (!query.agentInstanceIds().isEmpty()) {
            conditions.add("EXISTS (SELECT FROM (" + walk("s", "e.agent_instance_id")
                    + ") w WHERE agent_instance_id = ANY(" + addAll(query.agentInstanceIds()) + "))");
        }
        if (!query.statuses().isEmpty()) {
            String statuses = query.statuses().stream()
                    .map(EventStatus::wireName)
                    .sorted()
                    .collect(Collectors.joining("','", "('", "')"));
            conditions.add("(SELECT status FROM (" + walk("s", "e.status, e.agent_instance_id") + ") w" + " ORDER BY "
                    + GRAVITY + " LIMIT 1) IN " + statuses);
        }
        return conditions.isEmpty() ? "true" : String.join(" AND ", conditions);
    }

    private String prefix() {
        return add(query.agentPrefix(), "text");
    }

    private String walk(String of, String columns) {
        return walk(of, columns, prefix(), Integer.toString(maxEvents));
    }

    /** Those among the first events of a trace that the caller may see. */
    private static String walk(String of, String columns, String prefix, String maxEvents) {
        return walk(of, columns, prefix, maxEvents, "");
    }

    /** @param order of the walk: empty, or descending for the last events */
    private static String walk(String of, String columns, String prefix, String maxEvents, String order) {
        return "SELECT " + columns + " FROM (SELECT e.* FROM audit_events e WHERE e.trace_id = " + of
                + ".trace_id ORDER BY e.timestamp" + order + ", e.arrival" + order + " LIMIT " + maxEvents
                + ") e WHERE starts_with(e.agent_instance_id, " + prefix + ")";
    }
}
