package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.store.Stats;
import dev.sentinel.audit.store.StatsBuilder;
import dev.sentinel.audit.store.StatsCounts;
import dev.sentinel.audit.store.StatsQuery;
import dev.sentinel.audit.store.StatsTops;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.stream.Collector;

/** Answers questions for figures from the rollups. Any thread. */
final class PostgresStats {
    private final PostgresReader reader;

    PostgresStats(PostgresReader reader) {
        this.reader = reader;
    }

    /** The counts last: they must not be less than what the others tell. */
    Future<Stats> stats(StatsQuery query) {
        StatsBuilder stats = new StatsBuilder(query);
        return reader.list(Rollups.SUMMED_UNTIL, Tuple.tuple(), Rollups::summedUntil)
                .map(rows -> new StatsSql(query, rows.get(0)))
                .compose(sql -> agentTops(query, sql)
                        .compose(agents -> resourceTops(query, sql)
                                .compose(resources -> addLatencies(query, sql, stats)
                                        .compose(done -> addCounts(sql, stats))
                                        .map(done -> stats.build(agents, resources)))));
    }

    private Future<Stats.Tops> agentTops(StatsQuery query, StatsSql sql) {
        return query.agentInstanceId() == null ? tops(sql.agents()) : Future.succeededFuture(Stats.Tops.NONE);
    }

    private Future<Stats.Tops> resourceTops(StatsQuery query, StatsSql sql) {
        if (query.agentInstanceId() != null) {
            return tops(sql.resourcesOf(query.agentInstanceId()));
        }
        return query.agentPrefix().isEmpty() ? tops(sql.resources()) : Future.succeededFuture(Stats.Tops.NONE);
    }

    private Future<Stats.Tops> tops(SearchSql.Statement statement) {
        return reader.query(
                        statement.sql(),
                        statement.parameters(),
                        Collector.of(
                                StatsTops::new,
                                (StatsTops tops, Row row) ->
                                        tops.add(row.getInteger(0), row.getString(1), row.getLong(2), row.getLong(3)),
                                (left, right) -> left))
                .map(StatsTops::build);
    }

    private Future<?> addLatencies(StatsQuery query, StatsSql sql, StatsBuilder stats) {
        if (!query.reportsLatency()) {
            return Future.succeededFuture();
        }
        SearchSql.Statement statement = sql.latencies();
        return reader.query(
                statement.sql(),
                statement.parameters(),
                Collector.of(
                        () -> stats,
                        (StatsBuilder builder, Row row) ->
                                builder.addLatency(row.getInteger(0), row.getInteger(1), row.getLong(2)),
                        (left, right) -> left));
    }

    private Future<?> addCounts(StatsSql sql, StatsBuilder stats) {
        SearchSql.Statement statement = sql.counts();
        return reader.query(
                statement.sql(),
                statement.parameters(),
                Collector.of(
                        () -> stats,
                        (StatsBuilder builder, Row row) -> {
                            for (int place = 0; place < StatsCounts.NAMES.size(); place++) {
                                builder.add(row.getInteger(0), place, row.getLong(1 + place));
                            }
                        },
                        (left, right) -> left));
    }
}
