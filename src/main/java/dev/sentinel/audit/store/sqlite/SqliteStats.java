package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.Stats;
import dev.sentinel.audit.store.StatsAssembly;
import dev.sentinel.audit.store.StatsQuery;
import dev.sentinel.audit.store.StatsRows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collector;
import java.util.stream.Collectors;

/** Computes statistics from the rollups. Any thread. */
final class SqliteStats {
    private final SqliteReader reader;

    SqliteStats(SqliteReader reader) {
        this.reader = reader;
    }

    /** Reads the counts last: they must not be lower than the other figures. */
    Future<Stats> stats(StatsQuery query) {
        return reader.list(
                        StatsSql.LEVELS,
                        List.of(),
                        row -> Map.entry(RollupWriter.level(row.getInteger(0)), row.getLong(1)))
                .map(levels -> new StatsSql(
                        query, levels.stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue))))
                .compose(sql -> StatsAssembly.of(query, (part, each) -> read(sql.of(part), each)));
    }

    private Future<?> read(SearchSql.Statement statement, Consumer<StatsRows.Row> each) {
        return reader.query(
                statement.sql(),
                statement.parameters(),
                Collector.of(
                        () -> each,
                        (Consumer<StatsRows.Row> sink, Row row) -> sink.accept(row::getValue),
                        (left, right) -> left));
    }
}
