package dev.sentinel.audit.store.sqlite;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sentinel.audit.event.StrictJson;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.Position;
import dev.sentinel.audit.store.SteppedTally;
import dev.sentinel.audit.store.Tally;
import dev.sentinel.audit.store.TallyBuilder;
import dev.sentinel.audit.store.TallyQuery;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collector;
import org.jspecify.annotations.Nullable;

/** Counts the events that a filter finds, as far as the index has reached. Any thread. */
final class SqliteTally {
    /** Keeps no state between parsers. */
    private static final JsonFactory FACTORY = StrictJson.factory();

    /** Of the longest texts that events may have, a tenth of a slice is 8 MiB. */
    private static final int FEWER = 10;

    private final SqliteReader reader;

    SqliteTally(SqliteReader reader) {
        this.reader = reader;
    }

    Future<Tally> tally(TallyQuery query) {
        return SteppedTally.of(query, (rest, tally) -> step(rest, tally, SearchSql.COUNTED_SLICE));
    }

    /** Where the texts of so many events are too long for one value, nothing was added, and fewer are read. */
    private Future<Optional<Position>> step(EventQuery rest, TallyBuilder tally, int entries) {
        SearchSql sql = new SearchSql(rest);
        return reader.tallyEnd(sql, entries).compose(end -> {
            SearchSql.Statement counted = sql.counted(end);
            return reader.run(
                            counted.sql(),
                            counted.parameters(),
                            Collector.of(
                                    () -> tally,
                                    (TallyBuilder sink, Row row) -> add(row.getBuffer(0), sink),
                                    (left, right) -> left))
                    .map(end)
                    .recover(cause -> entries > 1 && SqliteReader.isTooLong(cause)
                            ? step(rest, tally, Math.max(1, entries / FEWER))
                            : reader.failed(cause));
        });
    }

    /** Adds the events of {@link SearchSql#counted}: one row for each would cost more than all the rest. */
    private static void add(Buffer json, TallyBuilder tally) {
        try (JsonParser parser = FACTORY.createParser(json.getBytes())) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.START_ARRAY) {
                tally.add(new TallyBuilder.Counted(
                        parser.nextLongValue(0),
                        Objects.requireNonNull(EventStatus.ofWireName(parser.nextTextValue())),
                        Objects.requireNonNull(ActionType.ofWireName(parser.nextTextValue())),
                        Objects.requireNonNull(ActorType.ofWireName(parser.nextTextValue())),
                        parser.nextTextValue(),
                        parser.nextTextValue(),
                        parser.nextTextValue(),
                        parser.nextTextValue(),
                        latency(parser)));
                parser.nextToken();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("SQLite did not write what was asked for", e);
        }
    }

    private static @Nullable Integer latency(JsonParser parser) throws IOException {
        return parser.nextToken() == JsonToken.VALUE_NULL ? null : parser.getIntValue();
    }
}
