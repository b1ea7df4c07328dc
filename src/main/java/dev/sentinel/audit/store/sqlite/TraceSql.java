package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.Position;
import dev.sentinel.audit.store.TraceQuery;
import dev.sentinel.audit.store.TraceSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The statements that list and sum up traces. Everything is computed from {@code by_trace} when it is read: the first
 * {@code maxEvents} entries of a trace, and as many of its end for its last event, whoever they are of. Otherwise a
 * caller that may not see a trace would notice how long it is, and wait for it.
 */
final class TraceSql {
    /** Entries of the list of traces that are examined at once: some milliseconds if the traces are short. */
    private static final int SLICE = 500;

    /** As many, if each takes a walk through its trace. */
    private static final int WALKED_SLICE = 50;

    /** Traces of the sought sessions that are examined; one session rarely has more than a few. */
    private static final int MAX_SESSION_TRACES = 10_000;

    private static final int MAX_AGENTS = 1_000;

    /** See {@link dev.sentinel.audit.store.TraceSummary#status}: the last of these that an event has. */
    private static final List<EventStatus> GRAVITY =
            List.of(EventStatus.SUCCESS, EventStatus.PENDING, EventStatus.DENIED, EventStatus.ERROR);

    private static final String GRAVITY_OF_KIND = GRAVITY.stream()
            .map(status -> "WHEN kind IN (" + kinds(status) + ") THEN " + GRAVITY.indexOf(status))
            .collect(Collectors.joining(" ", "CASE ", " END"));

    private static final String ERROR = kinds(EventStatus.ERROR);
    private static final String PROBLEM = kinds(EventStatus.ERROR, EventStatus.DENIED);

    /** Of these, the log says whether they are notes. */
    private static final String HUMAN_CALL =
            Kinds.sqlList(Set.of(ActorType.HUMAN), Set.of(ActionType.API_CALL), Set.of());

    /** The columns of a step {@code %1$s}, which {@link SqliteTraces} reads. */
    private static final String STEP = "%1$s.event_id, %1$s.timestamp, %1$s.received_at, %1$s.agent_instance_id,"
            + " %1$s.action_type, %1$s.resource, %1$s.status, %1$s.latency_ms";

    static final int STEP_COLUMNS = 8;

    private final String agentPrefix;
    private final int maxEvents;
    private final List<Object> parameters = new ArrayList<>();

    private TraceSql(String agentPrefix, int maxEvents) {
        this.agentPrefix = agentPrefix;
        this.maxEvents = maxEvents;
    }

    /**
     * Selects the next entries of the list, newest first: time, position, trace, and whether the trace is part of the
     * result.
     */
    static SearchSql.Statement starts(TraceQuery query, int maxEvents) {
        TraceSql sql = new TraceSql(query.agentPrefix(), maxEvents);
        String text = sql.with()
                + " SELECT s.ts, s.seq, s.trace_key, " + sql.isFound(query) + " AS found FROM ("
                + sql.entries(query) + " ORDER BY ts DESC, seq DESC LIMIT " + slice(query) + ") s";
        return new SearchSql.Statement(text, sql.parameters);
    }

    /** The number of entries that {@link #starts} examines. */
    static int slice(TraceQuery query) {
        boolean walks = !query.agentPrefix().isEmpty()
                || !query.agentInstanceIds().isEmpty()
                || !query.statuses().isEmpty();
        return walks ? WALKED_SLICE : SLICE;
    }

    /**
     * Selects, in any order, for each of these traces: its id, the session and the columns of its first event, those of
     * its last event and of its first problem (which may be null), the number of events by kind, the agents, and
     * whether there are more events.
     *
     * <p>A walk has the order in which its first or last event is sought, so SQLite sorts nothing and stops at it.
     */
    static SearchSql.Statement summaries(List<UUID> traceKeys, String agentPrefix, int maxEvents) {
        TraceSql sql = new TraceSql(agentPrefix, maxEvents);
        String with = sql.with();
        String values = String.join(",", Collections.nCopies(traceKeys.size(), "(?)"));
        traceKeys.forEach(key -> sql.parameters.add(Keys.bytes(key)));
        String walk = sql.walk("s", "ts, seq, kind, agent_key");
        String text = with
                + """
                , chosen(trace_key) AS (VALUES %1$s),
                outlined AS MATERIALIZED (SELECT
                  (SELECT seq FROM (%2$s) ORDER BY ts, seq LIMIT 1) AS first_seq,
                  coalesce(
                    (SELECT seq FROM (%3$s) t WHERE NOT (kind IN (%11$s)
                      AND (SELECT resource FROM log.audit_events e WHERE e.seq = t.seq) = '%12$s')
                      ORDER BY ts DESC, seq DESC LIMIT 1),
                    (SELECT seq FROM (%3$s) ORDER BY ts DESC, seq DESC LIMIT 1)) AS last_seq,
                  EXISTS (SELECT 1 FROM by_trace t WHERE t.trace_key = s.trace_key LIMIT 1 OFFSET %10$d) AS more,
                  (SELECT seq FROM (%2$s) WHERE kind IN (%4$s) ORDER BY kind NOT IN (%5$s), ts, seq LIMIT 1) AS bad_seq,
                  (SELECT group_concat(kind || ':' || n) FROM (
                    SELECT kind, count(*) AS n FROM (%2$s) GROUP BY kind)) AS kinds,
                  (SELECT json_group_array(agent_instance_id) FROM (
                    SELECT agent_instance_id FROM agents WHERE agent_key IN (SELECT agent_key FROM (%2$s))
                    ORDER BY agent_instance_id LIMIT %6$d)) AS agents
                  FROM chosen s)
                SELECT f.trace_id, f.session_id, %7$s, %8$s, %9$s, o.kinds, o.agents, o.more FROM outlined o
                CROSS JOIN log.audit_events f ON f.seq = o.first_seq
                CROSS JOIN log.audit_events l ON l.seq = coalesce(o.last_seq, o.first_seq)
                LEFT JOIN log.audit_events b ON b.seq = o.bad_seq""".formatted(
                                values,
                                walk,
                                sql.walkBack("s", "ts, seq, kind"),
                                PROBLEM,
                                ERROR,
                                MAX_AGENTS,
                                STEP.formatted("f"),
                                STEP.formatted("l"),
                                STEP.formatted("b"),
                                maxEvents,
                                HUMAN_CALL,
                                TraceSummary.NOTE);
        return new SearchSql.Statement(text, sql.parameters);
    }

    /** Begins a statement with the agents that the caller may see. */
    private String with() {
        parameters.addAll(SqliteReader.parametersOf(agentPrefix));
        return "WITH visible(agent_key) AS MATERIALIZED (SELECT agent_key FROM agents WHERE " + SqliteReader.HAS_PREFIX
                + ")";
    }

    private String visible(String entry) {
        return agentPrefix.isEmpty() ? "" : " AND " + entry + ".agent_key IN (SELECT agent_key FROM visible)";
    }

    /** Those among the first entries of the trace of {@code of} that the caller may see, in order. */
    private String walk(String of, String columns) {
        return walk(of, columns, "t.ts, t.seq");
    }

    /** The same of the last entries, the last one first. */
    private String walkBack(String of, String columns) {
        return walk(of, columns, "t.ts DESC, t.seq DESC");
    }

    private String walk(String of, String columns, String order) {
        String first = "SELECT %s FROM by_trace t WHERE t.trace_key = " + of + ".trace_key ORDER BY " + order
                + " LIMIT " + maxEvents;
        return agentPrefix.isEmpty()
                ? first.formatted(columns)
                : "SELECT " + columns + " FROM (" + first.formatted("ts, seq, kind, agent_key") + ") t WHERE true"
                        + visible("t");
    }

    private String entries(TraceQuery query) {
        String walk = query.sessionIds().isEmpty() ? "trace_starts" : "(" + ofSessions(query.sessionIds()) + ")";
        StringBuilder sql = new StringBuilder("SELECT ts, seq, trace_key, agent_key FROM " + walk + " WHERE true");
        Instant from = query.from();
        if (from != null) {
            sql.append(" AND (ts, seq) >= (?, -1)");
            parameters.add(Timestamps.toMicros(from));
        }
        Position after = query.after();
        Instant to = query.to();
        if (after != null && (to == null || after.time().isBefore(to))) {
            sql.append(" AND (ts, seq) < (?, ?)");
            parameters.add(Timestamps.toMicros(after.time()));
            parameters.add(after.rowId());
        } else if (to != null) {
            sql.append(" AND (ts, seq) < (?, -1)");
            parameters.add(Timestamps.toMicros(to));
        }
        return sql.toString();
    }

    /** Entries of the list, of the traces in which an event of a visible agent names one of these sessions. */
    private String ofSessions(Set<String> sessionIds) {
        sessionIds.forEach(id -> parameters.add(Keys.bytes(Keys.ofSession(id))));
        String first = "(SELECT %s FROM (" + walk("x", "ts, seq, agent_key") + ") ORDER BY ts, seq LIMIT 1)";
        return "SELECT " + first.formatted("ts") + " AS ts, " + first.formatted("seq") + " AS seq, "
                + first.formatted("agent_key") + " AS agent_key, trace_key FROM ("
                + "SELECT DISTINCT trace_key FROM session_traces t WHERE session_key IN ("
                + questionMarks(sessionIds) + ")" + visible("t") + " LIMIT " + MAX_SESSION_TRACES + ") x";
    }

    private String isFound(TraceQuery query) {
        List<String> conditions = new ArrayList<>();
        if (agentPrefix.isEmpty()) {
            conditions.add("NOT EXISTS (SELECT 1 FROM by_trace t WHERE t.trace_key = s.trace_key"
                    + " AND (t.ts, t.seq) < (s.ts, s.seq))");
        } else {
            conditions.add("s.agent_key IN (SELECT agent_key FROM visible)");
            conditions.add(
                    "(SELECT seq FROM (" + walk("s", "ts, seq, agent_key") + ") ORDER BY ts, seq LIMIT 1) = s.seq");
        }
        if (!query.agentInstanceIds().isEmpty()) {
            parameters.addAll(query.agentInstanceIds());
            conditions.add("EXISTS (SELECT 1 FROM (" + walk("s", "agent_key")
                    + ") WHERE agent_key IN (SELECT agent_key FROM agents WHERE agent_instance_id IN ("
                    + questionMarks(query.agentInstanceIds()) + ")))");
        }
        if (!query.statuses().isEmpty()) {
            String statuses = query.statuses().stream()
                    .map(status -> Integer.toString(GRAVITY.indexOf(status)))
                    .sorted()
                    .collect(Collectors.joining(","));
            conditions.add("(SELECT max(" + GRAVITY_OF_KIND + ") FROM (" + walk("s", "kind, agent_key") + ")) IN ("
                    + statuses + ")");
        }
        return String.join(" AND ", conditions);
    }

    private static String kinds(EventStatus... statuses) {
        return Kinds.sqlList(Set.of(), Set.of(), Set.of(statuses));
    }

    private static String questionMarks(Collection<?> values) {
        return String.join(",", Collections.nCopies(values.size(), "?"));
    }
}
