package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.model.EventStatus;
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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collector;

/** Sums up what was indexed when the query runs: waiting for the index is the caller's. Any thread. */
final class SqliteSummaries implements Summaries {
    private static final int MAX_SESSION_EVENTS = 100_000;
    private static final int MAX_SESSION_AGENTS = 1_000;
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
        SessionWalk walk = new SessionWalk(sessionId, agentPrefix);
        List<Object> parameters = new ArrayList<>(walk.keyAnd(MAX_SESSION_EVENTS));
        parameters.addAll(walk.parameters(MAX_SESSION_EVENTS));
        Future<Counts> counts = reader.query(
                "SELECT kind, count(*), min(ts), max(ts), " + SessionWalk.moreSql() + " FROM (" + walk.sql("kind, ts")
                        + ") GROUP BY kind",
                parameters,
                Collector.of(Counts::new, Counts::add, (left, right) -> left));
        return counts.compose(counted -> counted.total == 0
                ? Future.succeededFuture(Optional.empty())
                : sessionAgents(walk)
                        .compose(agents -> sessionEnd(walk, counted)
                                .map(end -> Optional.of(new SessionSummary(
                                        sessionId,
                                        agents,
                                        Timestamps.ofMicros(counted.start),
                                        Timestamps.ofMicros(end),
                                        counted.total,
                                        counted.byStatus,
                                        !counted.more)))));
    }

    @Override
    public Future<Stats> stats(StatsQuery query) {
        return stats.stats(query);
    }

    @Override
    public Future<Tally> tally(TallyQuery query) {
        return tally.tally(query);
    }

    private Future<List<String>> sessionAgents(SessionWalk walk) {
        List<Object> parameters = walk.parameters(MAX_SESSION_EVENTS);
        parameters.add(MAX_SESSION_AGENTS);
        return reader.list(
                "SELECT agent_instance_id FROM agents WHERE agent_key IN (" + walk.sql("agent_key") + ")"
                        + " ORDER BY agent_instance_id LIMIT ?",
                parameters,
                row -> row.getString(0));
    }

    /** The last event may be beyond those that are counted. */
    private Future<Long> sessionEnd(SessionWalk walk, Counts counted) {
        return counted.more
                ? reader.list(walk.lastSql(), walk.parameters(MAX_SESSION_EVENTS), row -> row.getLong(0))
                        .map(ends -> ends.isEmpty() ? counted.end : ends.get(0))
                : Future.succeededFuture(counted.end);
    }

    private static AgentSummary agentSummary(Row row) {
        return new AgentSummary(
                row.getString(0),
                row.getLong(1),
                row.getLong(2),
                Timestamps.ofMicros(row.getLong(3)),
                Timestamps.ofMicros(row.getLong(4)));
    }

    /** Adds up what the index says of a session. */
    private static final class Counts {
        private final Map<EventStatus, Long> byStatus = new EnumMap<>(EventStatus.class);
        private long total;
        private long start = Long.MAX_VALUE;
        private long end = Long.MIN_VALUE;
        private boolean more;

        Counts() {
            for (EventStatus status : EventStatus.values()) {
                byStatus.put(status, 0L);
            }
        }

        void add(Row row) {
            long count = row.getLong(1);
            byStatus.merge(Kinds.statusOf(row.getInteger(0)), count, Long::sum);
            total += count;
            start = Math.min(start, row.getLong(2));
            end = Math.max(end, row.getLong(3));
            more = row.getLong(4) != 0;
        }
    }
}
