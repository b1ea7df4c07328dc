package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.Stats;
import dev.sentinel.audit.store.StatsBuilder;
import dev.sentinel.audit.store.StatsCounts;
import dev.sentinel.audit.store.StatsQuery;
import dev.sentinel.audit.store.StatsTops;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Map;
import java.util.stream.Collector;
import java.util.stream.Collectors;

/** Answers questions for figures from the rollups. Any thread. */
final class SqliteStats {
    private final SqliteReader reader;

    SqliteStats(SqliteReader reader) {
        this.reader = reader;
    }

    /** The counts last: they must not be less than what the others tell. */
    Future<Stats> stats(StatsQuery query) {
        StatsBuilder stats = new StatsBuilder(query);
        return reader.list(
                        StatsSql.LEVELS,
                        List.of(),
                        row -> Map.entry(RollupWriter.level(row.getInteger(0)), row.getLong(1)))
                .map(levels -> new StatsSql(
                        query, levels.stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue))))
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
