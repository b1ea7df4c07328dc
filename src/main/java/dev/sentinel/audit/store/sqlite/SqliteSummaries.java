package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.AgentSummary;
import dev.sentinel.audit.store.Page;
import dev.sentinel.audit.store.Position;
import dev.sentinel.audit.store.SessionSummary;
import dev.sentinel.audit.store.Stats;
import dev.sentinel.audit.store.StatsQuery;
import dev.sentinel.audit.store.Summaries;
import dev.sentinel.audit.store.Tally;
import dev.sentinel.audit.store.TallyQuery;
import dev.sentinel.audit.store.TraceQuery;
import dev.sentinel.audit.store.TraceSummary;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sums up what was indexed when the query runs: waiting for the index is the caller's. Any thread. */
final class SqliteSummaries implements Summaries {
    /** Of a session. */
    private static final int MAX_EVENTS = 100_000;

    private static final String AGENT_COLUMNS = "agent_instance_id, total, errors, first_seen, last_seen";

    private final SqliteReader reader;
    private final SqliteTraces traces;
    private final SqliteStats stats;
    private final SqliteTally tally;

    SqliteSummaries(SqliteReader reader) {
        this.reader = reader;
        this.traces = new SqliteTraces(reader);
        this.stats = new SqliteStats(reader);
        this.tally = new SqliteTally(reader);
    }

    @Override
    public Future<Optional<AgentSummary>> agent(String agentInstanceId) {
        return reader.list(
                        "SELECT " + AGENT_COLUMNS + " FROM agents WHERE agent_instance_id = ?",
                        List.of((Object) agentInstanceId),
                        SqliteSummaries::agentSummary)
                .map(found -> found.stream().findFirst());
    }

    @Override
    public Future<Page<AgentSummary, String>> agents(String prefix, Optional<String> after, int limit) {
        List<Object> parameters = new ArrayList<>();
        parameters.add(after.orElse(""));
        parameters.addAll(SqliteReader.parametersOf(prefix));
        parameters.add(limit + 1);
        return reader.list(
                        "SELECT " + AGENT_COLUMNS + " FROM agents WHERE agent_instance_id > ? AND "
                                + SqliteReader.HAS_PREFIX + " ORDER BY agent_instance_id LIMIT ?",
                        parameters,
                        SqliteSummaries::agentSummary)
                .map(agents -> agents.size() <= limit
                        ? new Page<>(agents, null)
                        : new Page<>(
                                agents.subList(0, limit), agents.get(limit - 1).agentInstanceId()));
    }

    @Override
    public Future<Optional<TraceSummary>> trace(String traceId, String agentPrefix) {
        return traces.trace(traceId, agentPrefix);
    }

    @Override
    public Future<Page<TraceSummary, Position>> traces(TraceQuery query) {
        return traces.list(query);
    }

    @Override
    public Future<Optional<SessionSummary>> session(String sessionId, String agentPrefix) {
        String outline =
                GroupFunction.call(OutlineFunction.NAME, IndexTrees.LINKS, "?", Integer.toString(MAX_EVENTS), "?")
                        + ")";
        // Materialized: otherwise SQLite calls the function for each use of its result.
        return reader.list(
                        "WITH o(json) AS MATERIALIZED (SELECT " + outline + ")"
                                + " SELECT o.json ->> 'start' AS start,"
                                + " coalesce(o.json ->> 'last_ts', o.json ->> 'end') AS end,"
                                + " o.json ->> 'kinds' AS kinds, " + TraceSql.AGENTS
                                + " AS agents, o.json ->> 'more' AS more FROM o WHERE o.json IS NOT NULL",
                        List.of(Keys.bytes(Keys.ofSession(sessionId)), agentPrefix),
                        row -> sessionSummary(sessionId, row))
                .map(found -> found.stream().findFirst());
    }

    @Override
    public Future<Stats> stats(StatsQuery query) {
        return stats.stats(query);
    }

    @Override
    public Future<Tally> tally(TallyQuery query) {
        return tally.tally(query);
    }

    private static AgentSummary agentSummary(Row row) {
        return new AgentSummary(
                row.getString(0),
                row.getLong(1),
                row.getLong(2),
                Timestamps.ofMicros(row.getLong(3)),
                Timestamps.ofMicros(row.getLong(4)));
    }

    private static SessionSummary sessionSummary(String sessionId, Row row) {
        KindCounts counts = KindCounts.parse(row.getString(2));
        return new SessionSummary(
                sessionId,
                SqliteTraces.texts(row.getString(3)),
                Timestamps.ofMicros(row.getLong(0)),
                Timestamps.ofMicros(row.getLong(1)),
                counts.total(),
                counts.byStatus(),
                row.getLong(4) == 0);
    }
}
