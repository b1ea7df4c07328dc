package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.Position;
import dev.sentinel.audit.store.SteppedTally;
import dev.sentinel.audit.store.Tally;
import dev.sentinel.audit.store.TallyBuilder;
import dev.sentinel.audit.store.TallyQuery;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collector;

/** Counts the events that a filter finds. Any thread. */
final class PostgresTally {
    private final PostgresReader reader;

    PostgresTally(PostgresReader reader) {
        this.reader = reader;
    }

    Future<Tally> tally(TallyQuery query) {
        return SteppedTally.of(query, this::step);
    }

    private Future<Optional<Position>> step(EventQuery rest, TallyBuilder tally) {
        SearchSql.Statement statement = new SearchSql(rest).counted();
        return reader.query(
                        statement.sql(),
                        statement.parameters(),
                        Collector.of(() -> new Rows(tally), Rows::add, (left, right) -> left))
                .map(rows -> rows.end);
    }

    /** Counts the rows of {@link SearchSql#counted}, and keeps the position where the step stopped. */
    private static final class Rows {
        private final TallyBuilder tally;
        private Optional<Position> end = Optional.empty();

        Rows(TallyBuilder tally) {
            this.tally = tally;
        }

        void add(Row row) {
            String status = row.getString(2);
            if (status == null) {
                end = Optional.of(new Position(EventRow.time(row, 0), row.getLong(1)));
                return;
            }
            tally.add(new TallyBuilder.Counted(
                    Timestamps.toMicros(EventRow.time(row, 0)),
                    Objects.requireNonNull(EventStatus.ofWireName(status)),
                    Objects.requireNonNull(ActionType.ofWireName(row.getString(3))),
                    Objects.requireNonNull(ActorType.ofWireName(row.getString(4))),
                    row.getString(5),
                    row.getString(6),
                    row.getString(7),
                    row.getString(8),
                    row.getInteger(9)));
        }
    }
}
