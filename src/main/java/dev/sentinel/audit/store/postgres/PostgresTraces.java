package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.Page;
import dev.sentinel.audit.store.Position;
import dev.sentinel.audit.store.SessionSummary;
import dev.sentinel.audit.store.SteppedTraces;
import dev.sentinel.audit.store.SteppedTraces.Start;
import dev.sentinel.audit.store.SteppedTraces.Starts;
import dev.sentinel.audit.store.TraceQuery;
import dev.sentinel.audit.store.TraceStep;
import dev.sentinel.audit.store.TraceSummary;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collector;
import org.jspecify.annotations.Nullable;

/** Lists and sums up traces and sessions. Any thread. */
final class PostgresTraces {
    private static final int MAX_EVENTS = 100_000;
    private static final int MAX_AGENTS = 1_000;

    /** For each trace of a list. */
    private static final int MAX_LISTED_EVENTS = 10_000;

    private static final int LAST = TraceSql.STEP_COLUMNS;
    private static final int PROBLEM = 2 * TraceSql.STEP_COLUMNS;
    private static final int COUNTS = 3 * TraceSql.STEP_COLUMNS;

    private final PostgresReader reader;

    PostgresTraces(PostgresReader reader) {
        this.reader = reader;
    }

    Future<Optional<TraceSummary>> trace(String traceId, String agentPrefix) {
        return sumUp(List.of(traceId), agentPrefix, MAX_EVENTS)
                .map(found -> found.stream().findFirst());
    }

    Future<Page<TraceSummary, Position>> list(TraceQuery query) {
        SteppedTraces.Steps<String> steps = new SteppedTraces.Steps<>() {
            @Override
            public Future<Starts<String>> find(TraceQuery rest) {
                return starts(rest);
            }

            @Override
            public Future<List<TraceSummary>> sumUp(List<String> traces) {
                return PostgresTraces.this.sumUp(traces, query.agentPrefix(), MAX_LISTED_EVENTS);
            }
        };
        return new SteppedTraces<>(steps, System::nanoTime).list(query);
    }

    Future<Optional<SessionSummary>> session(String sessionId, String agentPrefix) {
        return reader.query(
                        TraceSql.SESSION,
                        Tuple.of(sessionId, agentPrefix, (long) MAX_EVENTS, (long) MAX_AGENTS),
                        Collector.of(SessionCounts::new, SessionCounts::add, (left, right) -> left))
                .map(counts -> counts.summary(sessionId));
    }

    private Future<Starts<String>> starts(TraceQuery query) {
        SearchSql.Statement sql = TraceSql.starts(query, MAX_LISTED_EVENTS);
        return reader.list(sql.sql(), sql.parameters(), PostgresTraces::entry).map(rows -> {
            Optional<Position> reached = Optional.empty();
            List<Start<String>> found = new ArrayList<>();
            for (Entry entry : rows) {
                if (entry.trace == null) {
                    reached = Optional.of(entry.position);
                } else {
                    found.add(new Start<>(entry.position, entry.trace));
                }
            }
            return new Starts<>(found, reached);
        });
    }

    /** A row of {@link TraceSql#starts}. */
    private record Entry(Position position, @Nullable String trace) {}

    private static Entry entry(Row row) {
        return new Entry(new Position(EventRow.time(row, 0), row.getLong(1)), row.getString(2));
    }

    private Future<List<TraceSummary>> sumUp(List<String> traces, String agentPrefix, int maxEvents) {
        return reader.list(
                TraceSql.SUMMARIES,
                Tuple.of(traces.toArray(String[]::new), agentPrefix, (long) maxEvents),
                PostgresTraces::summary);
    }

    private static TraceSummary summary(Row row) {
        TraceStep first = Objects.requireNonNull(step(row, 0));
        @Nullable TraceStep seen = step(row, LAST);
        TraceStep last = seen == null ? first : seen;
        Instant start = EventRow.time(row, 7);
        Instant end = seen == null ? start : EventRow.time(row, LAST + 7);
        Map<EventStatus, Long> byStatus = noEvents();
        int column = COUNTS;
        long total = 0;
        for (EventStatus status : EventStatus.values()) {
            long events = row.getLong(column++);
            byStatus.put(status, events);
            total += events;
        }
        return new TraceSummary(
                row.getString(8),
                row.getString(9),
                List.of(row.getArrayOfStrings(column)),
                start,
                end,
                TraceSummary.duration(start, first.latencyMs(), end, last.latencyMs()),
                total,
                byStatus,
                !row.getBoolean(column + 1),
                first,
                step(row, PROBLEM));
    }

    private static Map<EventStatus, Long> noEvents() {
        Map<EventStatus, Long> byStatus = new EnumMap<>(EventStatus.class);
        for (EventStatus status : EventStatus.values()) {
            byStatus.put(status, 0L);
        }
        return byStatus;
    }

    private static @Nullable TraceStep step(Row row, int at) {
        if (row.getValue(at) == null) {
            return null;
        }
        return new TraceStep(
                row.getUUID(at),
                EventRow.time(row, at + 1),
                row.getString(at + 2),
                Objects.requireNonNull(ActionType.ofWireName(row.getString(at + 3))),
                row.getString(at + 4),
                Objects.requireNonNull(EventStatus.ofWireName(row.getString(at + 5))),
                row.getInteger(at + 6));
    }

    /** Adds up the rows of a session, one per status. */
    private static final class SessionCounts {
        private final Map<EventStatus, Long> byStatus = noEvents();
        private List<String> agents = new ArrayList<>();
        private Instant start = Instant.MAX;
        private Instant end = Instant.MIN;
        private long total;
        private boolean more;

        void add(Row row) {
            byStatus.put(Objects.requireNonNull(EventStatus.ofWireName(row.getString(0))), row.getLong(1));
            total += row.getLong(1);
            start = start.isBefore(EventRow.time(row, 2)) ? start : EventRow.time(row, 2);
            agents = List.of(row.getArrayOfStrings(4));
            OffsetDateTime last = row.getOffsetDateTime(5);
            Instant counted = EventRow.time(row, 3);
            end = last != null ? last.toInstant() : end.isAfter(counted) ? end : counted;
            more = row.getBoolean(6);
        }

        Optional<SessionSummary> summary(String sessionId) {
            return total == 0
                    ? Optional.empty()
                    : Optional.of(new SessionSummary(sessionId, agents, start, end, total, byStatus, !more));
        }
    }
}
