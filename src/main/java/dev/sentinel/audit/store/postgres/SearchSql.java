package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.event.EventStatus;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.PageBuilder;
import dev.sentinel.audit.store.Position;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A search as SQL. It walks one index in the order of the answer: by trace if the query names traces, else by agent, else
 * by resource, else by a rare status, else by time. Several values of what it walks by are several walks that are merged,
 * each no longer than the page.
 *
 * <p>Filters that the index cannot jump to are evaluated on the way, so the way must be bounded: {@link #sliceEnd} asks
 * where the walk stands after {@link #SLICE} events, and {@link #page} goes no further.
 */
final class SearchSql {
    /** Events looked at for one page: some ten milliseconds. */
    static final int SLICE = 20_000;

    /** SQL and its parameters. */
    record Statement(String sql, Tuple parameters) {}

    /** What a walk goes along: the condition for one value, its parameter first, and the values. */
    private record Walk(Function<String, String> condition, List<?> values) {}

    private final EventQuery query;
    private final boolean descending;
    private final Walk walk;
    private final boolean byTrace;
    private final boolean byAgent;
    private final boolean byResource;
    private final boolean byStatus;

    SearchSql(EventQuery query) {
        this.query = query;
        this.descending = query.order() == EventQuery.Order.NEWEST_FIRST;
        this.byTrace = !query.traceIds().isEmpty();
        this.byAgent = !byTrace && !query.agentInstanceIds().isEmpty();
        this.byResource = !byTrace && !byAgent && !query.resources().isEmpty();
        this.byStatus = !byTrace
                && !byAgent
                && !byResource
                && !query.statuses().isEmpty()
                && !query.statuses().contains(EventStatus.SUCCESS);
        this.walk = walk();
    }

    private Walk walk() {
        if (byTrace) {
            return new Walk(value -> "trace_id = " + value, List.copyOf(query.traceIds()));
        }
        if (byAgent) {
            return new Walk(value -> "agent_instance_id = " + value, List.copyOf(query.agentInstanceIds()));
        }
        if (byResource) {
            return new Walk(
                    value -> "hashtextextended(resource, 0) = hashtextextended(" + value + ", 0) AND resource = "
                            + value,
                    List.copyOf(query.resources()));
        }
        if (byStatus) {
            // The index is partial, which the planner must be told.
            return new Walk(
                    value -> "status <> 'success' AND status = " + value,
                    query.statuses().stream().map(EventStatus::wireName).toList());
        }
        return new Walk(value -> "true", List.of());
    }

    /** True if the walk may pass events that are not part of the answer. */
    boolean passesOver() {
        return !filters(new Parameters()).isEmpty();
    }

    /** Yields the position of the last event of the slice; no row if the walk ends within it. */
    Statement sliceEnd() {
        Parameters parameters = new Parameters();
        String walks = walks("timestamp, arrival", "", Optional.empty(), SLICE, parameters);
        return new Statement(
                "SELECT timestamp, arrival FROM (" + walks + ") walked" + order("") + " LIMIT 1 OFFSET " + (SLICE - 1),
                parameters.tuple());
    }

    /**
     * Yields events of the answer in order, up to and including the end of the slice, one more than the limit, and no more
     * than there is room for: what is left out would be on the way to us before we could refuse it.
     */
    Statement page(Optional<Position> sliceEnd) {
        Parameters parameters = new Parameters();
        String walks = walks("*", filters(parameters), sliceEnd, query.limit() + 1, parameters);
        return new Statement(
                "SELECT " + EventRow.COLUMNS + " FROM (SELECT w.*, " + EventRow.bytesBefore(order("w.")) + " FROM ("
                        + walks + ") w" + order("w.") + " LIMIT " + (query.limit() + 1)
                        + ") e CROSS JOIN audit_progress p WHERE e.bytes_before < " + PageBuilder.MAX_BYTES
                        + order("e."),
                parameters.tuple());
    }

    private String walks(
            String columns, String filters, Optional<Position> sliceEnd, int limit, Parameters parameters) {
        String range = range(sliceEnd, parameters);
        Stream<String> conditions = walk.values.isEmpty()
                ? Stream.of(walk.condition.apply(""))
                : walk.values.stream().map(value -> walk.condition.apply(parameters.add(value)));
        return conditions
                .map(condition -> "(SELECT " + columns + " FROM audit_events WHERE " + condition + range + filters
                        + order("") + " LIMIT " + limit + ")")
                .collect(Collectors.joining(" UNION ALL "));
    }

    /** One bound a side, so that the index is entered and left there. */
    private String range(Optional<Position> sliceEnd, Parameters parameters) {
        Optional<Bound> from = Optional.ofNullable(query.from()).map(Bound::before);
        Optional<Bound> to = Optional.ofNullable(query.to()).map(Bound::before);
        Optional<Bound> after = Optional.ofNullable(query.after()).map(Bound::at);
        Optional<Bound> end = sliceEnd.map(Bound::at);
        StringBuilder sql = new StringBuilder();
        latest(from, descending ? end : after)
                .ifPresent(bound -> sql.append(" AND (timestamp, arrival) ")
                        .append(descending ? ">=" : ">")
                        .append(bound.sql(parameters)));
        earliest(to, descending ? after : end)
                .ifPresent(bound -> sql.append(" AND (timestamp, arrival) ")
                        .append(descending ? "<" : "<=")
                        .append(bound.sql(parameters)));
        return sql.toString();
    }

    private String filters(Parameters parameters) {
        StringBuilder sql = new StringBuilder();
        if (byTrace && !query.agentInstanceIds().isEmpty()) {
            sql.append(" AND agent_instance_id = ANY(")
                    .append(parameters.add(query.agentInstanceIds().toArray(String[]::new)))
                    .append(')');
        }
        if (!byResource && !query.resources().isEmpty()) {
            sql.append(" AND resource = ANY(")
                    .append(parameters.add(query.resources().toArray(String[]::new)))
                    .append(')');
        }
        // The names of ours are no danger, and as constants they let the planner see what is rare.
        sql.append(oneOf("actor", query.actors().stream().map(actor -> actor.wireName())));
        sql.append(oneOf("action_type", query.actionTypes().stream().map(type -> type.wireName())));
        if (!byStatus) {
            sql.append(oneOf("status", query.statuses().stream().map(EventStatus::wireName)));
        }
        if (!query.agentPrefix().isEmpty()) {
            sql.append(" AND starts_with(agent_instance_id, ")
                    .append(parameters.add(query.agentPrefix()))
                    .append(')');
        }
        if (!query.texts().isEmpty()) {
            sql.append(query.texts().stream()
                    .map(text -> parameters.add(asciiLower(text)))
                    // With the collation C, lower() changes ASCII letters only; strpos knows no special characters.
                    .map(text ->
                            "strpos(lower(resource), " + text + ") > 0 OR strpos(lower(metadata), " + text + ") > 0")
                    .collect(Collectors.joining(" OR ", " AND (", ")")));
        }
        return sql.toString();
    }

    private static String oneOf(String column, Stream<String> names) {
        List<String> quoted = names.sorted().map(name -> "'" + name + "'").toList();
        return quoted.isEmpty() ? "" : " AND " + column + " IN (" + String.join(",", quoted) + ")";
    }

    private static String asciiLower(String text) {
        return text.codePoints()
                .map(c -> c < 128 ? Character.toLowerCase(c) : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private String order(String table) {
        String direction = descending ? " DESC" : " ASC";
        return " ORDER BY " + table + "timestamp" + direction + ", " + table + "arrival" + direction;
    }

    /** Numbered as they come. */
    private static final class Parameters {
        private final List<Object> values = new ArrayList<>();

        /** How the statement names it. */
        String add(Object value) {
            values.add(value);
            String type = value instanceof String[] ? "::text[]" : value instanceof String ? "::text" : "";
            return "$" + values.size() + type;
        }

        Tuple tuple() {
            return Tuple.wrap(values);
        }
    }

    /** A place in the order of the index. */
    private record Bound(Instant time, long arrival) {
        private static final Comparator<Bound> ORDER =
                Comparator.comparing(Bound::time).thenComparingLong(Bound::arrival);

        /** Before all events of this time, and behind those of earlier times: arrivals begin at 0. */
        static Bound before(Instant time) {
            return new Bound(time, -1);
        }

        static Bound at(Position position) {
            return new Bound(position.timestamp(), position.arrival());
        }

        String sql(Parameters parameters) {
            return " (" + parameters.add(EventArrays.utc(time)) + "::timestamptz, " + parameters.add(arrival)
                    + "::bigint)";
        }
    }

    private static Optional<Bound> latest(Optional<Bound> one, Optional<Bound> other) {
        return Stream.of(one, other).flatMap(Optional::stream).max(Bound.ORDER);
    }

    private static Optional<Bound> earliest(Optional<Bound> one, Optional<Bound> other) {
        return Stream.of(one, other).flatMap(Optional::stream).min(Bound.ORDER);
    }
}
