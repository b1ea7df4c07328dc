package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.Page;
import dev.sentinel.audit.store.Position;
import dev.sentinel.audit.store.SteppedTraces;
import dev.sentinel.audit.store.SteppedTraces.Start;
import dev.sentinel.audit.store.SteppedTraces.Starts;
import dev.sentinel.audit.store.TraceQuery;
import dev.sentinel.audit.store.TraceStep;
import dev.sentinel.audit.store.TraceSummary;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.sqlclient.Row;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Lists and sums up traces, as far as the index has reached. Any thread. */
final class SqliteTraces {
    private static final int MAX_EVENTS = 100_000;

    /** For each trace of a list. */
    private static final int MAX_LISTED_EVENTS = 10_000;

    /** Where the columns of {@link TraceSql#summaries} begin. */
    private static final int FIRST = 2;

    private static final int LAST = FIRST + TraceSql.STEP_COLUMNS;
    private static final int PROBLEM = LAST + TraceSql.STEP_COLUMNS;
    private static final int KINDS = PROBLEM + TraceSql.STEP_COLUMNS;

    private final SqliteReader reader;

    SqliteTraces(SqliteReader reader) {
        this.reader = reader;
    }

    Future<Optional<TraceSummary>> trace(String traceId, String agentPrefix) {
        return sumUp(List.of(Keys.ofTraceId(traceId)), agentPrefix, MAX_EVENTS)
                .map(found -> found.stream().findFirst());
    }

    Future<Page<TraceSummary, Position>> list(TraceQuery query) {
        SteppedTraces.Steps<UUID> steps = new SteppedTraces.Steps<>() {
            @Override
            public Future<Starts<UUID>> find(TraceQuery rest) {
                return starts(rest);
            }

            @Override
            public Future<List<TraceSummary>> sumUp(List<UUID> traces) {
                return SqliteTraces.this.sumUp(traces, query.agentPrefix(), MAX_LISTED_EVENTS);
            }
        };
        return new SteppedTraces<>(steps, System::nanoTime).list(query);
    }

    /** An entry of the list. */
    private record Entry(Start<UUID> start, boolean found) {}

    private Future<Starts<UUID>> starts(TraceQuery query) {
        SearchSql.Statement sql = TraceSql.starts(query, MAX_LISTED_EVENTS);
        return reader.list(sql.sql(), sql.parameters(), SqliteTraces::entry).map(entries -> {
            Optional<Position> reached = entries.size() < TraceSql.slice(query)
                    ? Optional.empty()
                    : Optional.of(entries.get(entries.size() - 1).start.position());
            return new Starts<>(
                    entries.stream().filter(Entry::found).map(Entry::start).toList(), reached);
        });
    }

    private static Entry entry(Row row) {
        Position position = new Position(Timestamps.ofMicros(row.getLong(0)), row.getLong(1));
        ByteBuffer key = ByteBuffer.wrap(row.getBuffer(2).getBytes());
        return new Entry(new Start<>(position, new UUID(key.getLong(), key.getLong())), row.getLong(3) != 0);
    }

    /** In the order of the keys; without those that have no events. */
    private Future<List<TraceSummary>> sumUp(List<UUID> keys, String agentPrefix, int maxEvents) {
        SearchSql.Statement sql = TraceSql.summaries(keys, agentPrefix, maxEvents);
        return reader.list(sql.sql(), sql.parameters(), SqliteTraces::summary).map(found -> {
            Map<UUID, TraceSummary> byKey = new HashMap<>();
            found.forEach(summary -> byKey.put(Keys.ofTraceId(summary.traceId()), summary));
            return keys.stream().map(byKey::get).filter(Objects::nonNull).toList();
        });
    }

    private static TraceSummary summary(Row row) {
        TraceStep first = Objects.requireNonNull(step(row, FIRST));
        TraceStep last = Objects.requireNonNull(step(row, LAST));
        Instant start = effectiveTime(row, FIRST);
        Instant end = effectiveTime(row, LAST);
        KindCounts counts = KindCounts.parse(row.getString(KINDS));
        return new TraceSummary(
                row.getString(0),
                row.getString(1),
                texts(row.getString(KINDS + 1)),
                start,
                end,
                TraceSummary.duration(start, first.latencyMs(), end, last.latencyMs()),
                counts.total(),
                counts.byStatus(),
                row.getLong(KINDS + 2) == 0,
                first,
                step(row, PROBLEM));
    }

    /** The texts of a JSON array. */
    static List<String> texts(String json) {
        List<String> texts = new ArrayList<>();
        new JsonArray(json).forEach(text -> texts.add((String) text));
        return texts;
    }

    private static @Nullable TraceStep step(Row row, int at) {
        if (row.getString(at) == null) {
            return null;
        }
        return new TraceStep(
                UUID.fromString(row.getString(at)),
                EventRow.time(row.getString(at + 1)),
                row.getString(at + 3),
                Objects.requireNonNull(ActionType.ofWireName(row.getString(at + 4))),
                row.getString(at + 5),
                Objects.requireNonNull(EventStatus.ofWireName(row.getString(at + 6))),
                row.getInteger(at + 7));
    }

    private static Instant effectiveTime(Row row, int at) {
        return StoredEvent.effective(EventRow.time(row.getString(at + 1)), EventRow.time(row.getString(at + 2)));
    }
}
