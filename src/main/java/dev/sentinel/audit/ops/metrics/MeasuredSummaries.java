package dev.sentinel.audit.ops.metrics;

import dev.sentinel.audit.ops.metrics.QueryDurations.Query;
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
import java.util.Optional;

/** Measures every query of summaries with {@link QueryDurations}. */
final class MeasuredSummaries implements Summaries {
    private final Summaries summaries;
    private final QueryDurations durations;

    MeasuredSummaries(Summaries summaries, QueryDurations durations) {
        this.summaries = summaries;
        this.durations = durations;
    }

    @Override
    public Future<Optional<AgentSummary>> agent(String agentInstanceId) {
        return durations.measure(Query.AGENT, () -> summaries.agent(agentInstanceId));
    }

    @Override
    public Future<Page<AgentSummary, String>> agents(String prefix, Optional<String> after, int limit) {
        return durations.measure(Query.AGENTS, () -> summaries.agents(prefix, after, limit));
    }

    @Override
    public Future<Optional<TraceSummary>> trace(String traceId, String agentPrefix) {
        return durations.measure(Query.TRACE, () -> summaries.trace(traceId, agentPrefix));
    }

    @Override
    public Future<Page<TraceSummary, Position>> traces(TraceQuery query) {
        return durations.measure(Query.TRACES, () -> summaries.traces(query));
    }

    @Override
    public Future<Optional<SessionSummary>> session(String sessionId, String agentPrefix) {
        return durations.measure(Query.SESSION, () -> summaries.session(sessionId, agentPrefix));
    }

    @Override
    public Future<Stats> stats(StatsQuery query) {
        return durations.measure(Query.STATS, () -> summaries.stats(query));
    }

    @Override
    public Future<Tally> tally(TallyQuery query) {
        return durations.measure(Query.TALLY, () -> summaries.tally(query));
    }
}
