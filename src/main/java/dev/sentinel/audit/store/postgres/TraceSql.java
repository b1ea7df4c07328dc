package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.Position;
import dev.sentinel.audit.store.TraceQuery;
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
 * order by trace, at most {@code maxEvents} events of a trace.
 */
final class TraceSql {
    /** Events of the walk that are examined at once: tens of milliseconds. */
    static final int SLICE = 10_000;

    /** Traces of the sought sessions that are examined; one session rarely has more than a few. */
    private static final int MAX_SESSION_TRACES = 10_000;

    private static final int MAX_AGENTS = 1_000;

    /** The columns of a step, which {@link PostgresTraces} reads. */
    private static final String STEP = "event_id, coalesce(sent_timestamp, timestamp) AS sent, agent_instance_id,"
            + " action_type, resource, status, latency_ms, timestamp, trace_id, session_id";

    static final int STEP_COLUMNS = 10;

    private static final String COUNTS = Stream.of(EventStatus.values())
            .map(status -> "count(*) FILTER (WHERE status = '" + status.wireName() + "') AS " + status.wireName())
            .collect(Collectors.joining(", "));

    /**
     * Selects, for each trace: the columns of its first event, its last event and its first problem (which may be
     * null), the number of events by status, and the agents. The parameters are the trace ids, the prefix of agents,
     * and the largest number of events.
     */
    static final String SUMMARIES = """
            SELECT f.*, l.*, b.*, %2$s, k.agents
            FROM unnest($1::text[]) WITH ORDINALITY AS c(trace_id, place)
            CROSS JOIN LATERAL (SELECT %1$s FROM audit_events e
              WHERE e.trace_id = c.trace_id AND starts_with(e.agent_instance_id, $2)
              ORDER BY e.timestamp, e.arrival LIMIT 1) f
            CROSS JOIN LATERAL (SELECT %1$s FROM audit_events e
              WHERE e.trace_id = c.trace_id AND starts_with(e.agent_instance_id, $2)
              ORDER BY e.timestamp DESC, e.arrival DESC LIMIT 1) l
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
                    walk("c", "e.status, e.agent_instance_id, e.timestamp, e.arrival", "$2", "$3"));

    static final String SESSION = """
            WITH walked AS MATERIALIZED (
              SELECT agent_instance_id, status, timestamp FROM audit_events
              WHERE session_id = $1 AND starts_with(agent_instance_id, $2) ORDER BY timestamp, arrival LIMIT $3)
            SELECT status, count(*), min(timestamp), max(timestamp),
              (SELECT array_agg(agent_instance_id) FROM (SELECT DISTINCT agent_instance_id FROM walked
                ORDER BY agent_instance_id LIMIT $4) agents),
              (SELECT timestamp FROM audit_events WHERE session_id = $1 AND starts_with(agent_instance_id, $2)
                ORDER BY timestamp DESC, arrival DESC LIMIT 1)
            FROM walked GROUP BY status""";

    private static final String STARTS = """
            WITH slice AS MATERIALIZED (%s ORDER BY timestamp DESC%s, arrival DESC%s LIMIT %d)
            SELECT timestamp, arrival, trace_id FROM (
              SELECT s.timestamp, s.arrival, s.trace_id FROM slice s WHERE %s) found
            UNION ALL (SELECT timestamp, arrival, NULL FROM (
              SELECT timestamp, arrival FROM slice ORDER BY timestamp, arrival LIMIT 1) reached
              WHERE (SELECT count(*) FROM slice) = %d)
            ORDER BY 1 DESC, 2 DESC, 3 NULLS LAST""";

    private static final String OF_SESSIONS = """
            SELECT f.timestamp, f.arrival, x.trace_id FROM (
              SELECT DISTINCT trace_id FROM audit_events
              WHERE session_id = ANY(%s) AND starts_with(agent_instance_id, %s) LIMIT %d) x
            CROSS JOIN LATERAL (SELECT e.timestamp, e.arrival FROM audit_events e WHERE e.trace_id = x.trace_id
              ORDER BY e.timestamp, e.arrival LIMIT 1) f""";

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
        String text = STARTS.formatted(sql.entries(), sql.nulls(), sql.nulls(), SLICE, sql.isFound(), SLICE);
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
        StringBuilder sql = new StringBuilder("SELECT timestamp, arrival, trace_id FROM " + walk + " WHERE true");
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
        return OF_SESSIONS.formatted(addAll(query.sessionIds()), add(query.agentPrefix(), "text"), MAX_SESSION_TRACES);
    }

    private String isFound() {
        List<String> conditions = new ArrayList<>();
        conditions.add("NOT EXISTS (SELECT FROM audit_events e WHERE e.trace_id = s.trace_id"
                + " AND (e.timestamp, e.arrival) < (s.timestamp, s.arrival))");
        if (!query.agentInstanceIds().isEmpty()) {
            conditions.add(has("agent_instance_id = ANY(" + addAll(query.agentInstanceIds()) + ")"));
        } else if (!query.agentPrefix().isEmpty()) {
            conditions.add(has("true"));
        }
        if (!query.statuses().isEmpty()) {
            List<String> statuses =
                    query.statuses().stream().sorted().map(this::hasStatus).toList();
            conditions.add("(" + String.join(" OR ", statuses) + ")");
        }
        return String.join(" AND ", conditions);
    }

    private String has(String condition) {
        String walk = walk(
                "s", "e.status, e.agent_instance_id", add(query.agentPrefix(), "text"), Integer.toString(maxEvents));
        return "EXISTS (SELECT FROM (" + walk + ") w WHERE " + condition + ")";
    }

    private static String walk(String of, String columns, String prefix, String maxEvents) {
        return "SELECT " + columns + " FROM audit_events e WHERE e.trace_id = " + of + ".trace_id"
                + " AND starts_with(e.agent_instance_id, " + prefix + ") ORDER BY e.timestamp, e.arrival LIMIT "
                + maxEvents;
    }

    /** See {@link dev.sentinel.audit.store.TraceSummary#status}. */
    private String hasStatus(EventStatus status) {
        return switch (status) {
            case ERROR -> has("status = 'error'");
            case DENIED -> "(" + has("status = 'denied'") + " AND NOT " + has("status = 'error'") + ")";
            case PENDING -> "(" + has("status = 'pending'") + " AND NOT " + has("status IN ('error', 'denied')") + ")";
            case SUCCESS -> "NOT " + has("status <> 'success'");
        };
    }
}
