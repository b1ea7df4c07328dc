package dev.sentinel.audit.store;

import dev.sentinel.audit.store.StatsRows.Part;
import io.vertx.core.Future;

/** Assembles statistics from the rows of a store. */
public final class StatsAssembly {
    private final StatsQuery query;
    private final StatsRows rows;
    private final StatsBuilder stats;
    private final StatsTops agents = new StatsTops();
    private final StatsTops resources = new StatsTops();

    private StatsAssembly(StatsQuery query, StatsRows rows) {
        this.query = query;
        this.rows = rows;
        this.stats = new StatsBuilder(query);
    }

    /** Reads one part after the other, and only what the query needs. */
    public static Future<Stats> of(StatsQuery query, StatsRows rows) {
        return new StatsAssembly(query, rows).assemble();
    }

    /** Reads the counts last: they must not be lower than the other figures. */
    private Future<Stats> assemble() {
        return readAgents()
                .compose(done -> readResources())
                .compose(done -> readLatencies())
                .compose(done -> rows.read(Part.COUNTS, stats::addCounts))
                .map(done -> stats.build(agents.build(), resources.build()));
    }

    private Future<?> readAgents() {
        return query.agentInstanceId() == null ? rows.read(Part.AGENTS, agents::add) : Future.succeededFuture();
    }

    private Future<?> readResources() {
        if (query.agentInstanceId() != null) {
            return rows.read(Part.RESOURCES_OF_AGENT, resources::add);
        }
        return query.agentPrefix().isEmpty() ? rows.read(Part.RESOURCES, resources::add) : Future.succeededFuture();
    }

    private Future<?> readLatencies() {
        return query.reportsLatency() ? rows.read(Part.LATENCIES, stats::addLatency) : Future.succeededFuture();
    }
}
