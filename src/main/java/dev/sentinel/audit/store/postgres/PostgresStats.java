package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.store.Stats;
import dev.sentinel.audit.store.StatsAssembly;
import dev.sentinel.audit.store.StatsQuery;
import dev.sentinel.audit.store.StatsRows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.function.Consumer;
import java.util.stream.Collector;

/** Computes statistics from the rollups. Any thread. */
final class PostgresStats {
    private final PostgresReader reader;

    PostgresStats(PostgresReader reader) {
        this.reader = reader;
    }

    /** Reads the counts last: they must not be lower than the other figures. */
    Future<Stats> stats(StatsQuery query) {
        return reader.list(Rollups.SUMMED_UNTIL, Tuple.tuple(), Rollups::summedUntil)
                .map(summed -> new StatsSql(query, summed.get(0)))
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
