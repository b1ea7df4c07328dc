package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.Position;
import dev.sentinel.audit.store.TraceQuery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * The statements that list and sum up traces. Everything is computed from the entries of a trace when it is read: the
 * first {@code maxEvents}, and as many of its end for its last event, whoever they are of. Otherwise a caller that may
 * not see a trace would notice how long it is, and wait for it.
 */
final class TraceSql {
    /**
     * The list has an entry for each agent of a trace, mostly one or two, and only one of them is found. So twice as
     * many entries as traces, and some more, are examined at once.
     */
    private static final int SPARE = 10;

    private static final int MAX_SLICE = 500;

    /** As many, if each takes a walk through its trace. */
    private static final int WALKED_SLICE = 50;

    /** Traces of the sought sessions that are examined; one session rarely has more than a few. */
    private static final int MAX_SESSION_TRACES = 10_000;

    /** Selects the ids of the agents of an outline {@code o.json}, as a JSON array. */
    static final String AGENTS = """
            (SELECT json_group_array(agent_instance_id) FROM (
              SELECT agent_instance_id FROM agents
              WHERE agent_key IN (SELECT value FROM json_each(o.json, '$.agents'))
              ORDER BY agent_instance_id LIMIT 1000))""";

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
        String text = "SELECT s.ts, s.seq, s.trace_key, " + sql.isFound(query) + " AS found FROM (" + sql.entries(query)
                + " ORDER BY ts DESC, seq DESC LIMIT " + slice(query) + ") s";
        return new SearchSql.Statement(text, sql.parameters);
    }

    /** The number of entries that {@link #starts} examines. */
    static int slice(TraceQuery query) {
        boolean walks = !query.agentPrefix().isEmpty()
                || !query.agentInstanceIds().isEmpty()
                || !query.statuses().isEmpty();
        return walks ? WALKED_SLICE : Math.min(2 * query.limit() + SPARE, MAX_SLICE);
    }

    /**
     * Selects, in any order, for each of these traces: its id, the session and the columns of its first event, those of
     * its last event and of its first problem (which may be null), the number of events by kind, the agents, and
     * whether there are more events.
     */
    static SearchSql.Statement summaries(List<UUID> traceKeys, String agentPrefix, int maxEvents) {
        TraceSql sql = new TraceSql(agentPrefix, maxEvents);
        String outline = sql.call(OutlineFunction.NAME, "trace_key") + ")";
        String values = String.join(",", Collections.nCopies(traceKeys.size(), "(?)"));
        traceKeys.forEach(key -> sql.parameters.add(Keys.bytes(key)));
        String text = "WITH outlined(json) AS MATERIALIZED (SELECT " + outline
                + " FROM (SELECT column1 AS trace_key FROM (VALUES " + values + ")))"
                + " SELECT f.trace_id, f.session_id, " + STEP.formatted("f") + ", " + STEP.formatted("l") + ", "
                + STEP.formatted("b") + ", o.json ->> 'kinds' AS kinds, " + AGENTS + " AS agents,"
                + " o.json ->> 'more' AS more FROM outlined o"
                + " CROSS JOIN log.audit_events f ON f.seq = o.json ->> 'first'"
                + " CROSS JOIN log.audit_events l ON l.seq = coalesce(o.json ->> 'last', f.seq)"
                + " LEFT JOIN log.audit_events b ON b.seq = o.json ->> 'bad'";
        return new SearchSql.Statement(text, sql.parameters);
    }

    /** A call for the trace of a column, without the closing parenthesis. */
    private String call(String function, String traceKey) {
        parameters.add(agentPrefix);
        return GroupFunction.call(function, IndexTrees.TRACES, traceKey, Integer.toString(maxEvents), "?");
    }

    private String entries(TraceQuery query) {
        String walk = query.sessionIds().isEmpty() ? "trace_starts" : "(" + ofSessions(query.sessionIds()) + ")";
        StringBuilder sql = new StringBuilder("SELECT ts, seq, trace_key FROM " + walk + " WHERE true");
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
        String first = call(TraceFunction.FIRST, "trace_key") + ")";
        sessionIds.forEach(id -> parameters.add(Keys.bytes(Keys.ofSession(id))));
        String visible = "";
        if (!agentPrefix.isEmpty()) {
            visible = " AND agent_key IN (SELECT agent_key FROM agents WHERE " + SqliteReader.HAS_PREFIX + ")";
            parameters.addAll(SqliteReader.parametersOf(agentPrefix));
        }
        // Materialized: otherwise SQLite calls the function for each use of its result.
        return "WITH entered(entry, trace_key) AS MATERIALIZED (SELECT " + first
                + ", trace_key FROM (SELECT DISTINCT trace_key FROM session_traces WHERE session_key IN ("
                + questionMarks(sessionIds) + ")" + visible + " LIMIT " + MAX_SESSION_TRACES
                + ")) SELECT entry ->> 0 AS ts, entry ->> 1 AS seq, trace_key FROM entered WHERE entry IS NOT NULL";
    }

    private String isFound(TraceQuery query) {
        String call = call(TraceFunction.IS_FOUND, "s.trace_key") + ", s.seq, ";
        String agents = "NULL";
        if (!query.agentInstanceIds().isEmpty()) {
            parameters.addAll(query.agentInstanceIds());
            agents = WalkSql.agentKeys(query.agentInstanceIds().size());
        }
        return call + agents + ", " + TraceFunction.severities(query.statuses()) + ")";
    }

    private static String questionMarks(Collection<?> values) {
        return String.join(",", Collections.nCopies(values.size(), "?"));
    }
}
