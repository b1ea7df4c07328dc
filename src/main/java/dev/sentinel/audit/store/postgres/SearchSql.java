package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
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
 * A search as SQL. It walks one index in the order of the answer: by trace if the query names traces, else by agent,
 * else by resource, else by a rare status, else by time. Several values of what it walks by are several walks that are
 * merged.
 *
 * <p>Filters that the index cannot jump to are evaluated on the way, so the way is bounded: after {@link #SLICE} events
 * the statement stops looking, and tells where.
 *
 * <p>Which index is taken is not left to the planner, whose guess of how many events pass a filter may be wrong by a
 * million: filters are evaluated outside of the walk, and {@code audit_events_by_time} has an order of nulls (that do
 * not exist) that only the walk by time asks for, or an agent with many events would be looked for in it.
 * {@link Sessions#READING} takes from the planner what is left, to sort.
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
    private final boolean byTrace;
    private final boolean byAgent;
    private final boolean byResource;
    private final boolean byStatus;
    private final Walk walk;

    SearchSql(EventQuery query) {
        this.query = query;
        this.descending = query.order() == EventQuery.Order.NEWEST_FIRST;
        this.byTrace = !query.traceIds().isEmpty();
        this.byAgent = !byTrace && !query.agentInstanceIds().isEmpty();
        this.byResource = !byTrace
                && !byAgent
                && !query.resources().isEmpty()
                && query.resourcePrefixes().isEmpty();
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

    /**
     * Yields the columns of {@link EventRow}, in order: events of the answer, one more than the limit, and no more than
     * there is room for in a page (what is left out would be on the way to us before we could refuse it). If fewer are
     * found in the slice, and the walk goes on behind it, then the position of its end, as a row of nulls but for that.
     */
    Statement page() {
        Parameters parameters = new Parameters();
        String filters = filters(parameters);
        String found = filters.isEmpty()
                ? walks("*", query.limit() + 1, parameters)
                : "SELECT * FROM (" + walks("*", SLICE, parameters) + ") s WHERE " + filters + order("") + " LIMIT "
                        + (query.limit() + 1);
        String sql = "WITH found AS MATERIALIZED (SELECT w.*, " + EventRow.bytesBefore(order("w.")) + " FROM (" + found
                + ") w" + order("w.") + ") SELECT " + EventRow.COLUMNS + " FROM found e WHERE e.bytes_before < "
                + PageBuilder.MAX_BYTES;
        if (!filters.isEmpty()) {
            sql += " UNION ALL (SELECT " + EventRow.ONLY_POSITION + " FROM ("
                    + walks("timestamp, arrival", SLICE, parameters)
                    + ") e WHERE (SELECT count(*) FROM found) <= " + query.limit() + order("e.")
                    + " LIMIT 1 OFFSET " + (SLICE - 1) + ")";
        }
        return new Statement(sql + order(""), parameters.tuple());
    }

    /** So many events from the beginning of the way. */
    private String walks(String columns, int limit, Parameters parameters) {
        String range = range(parameters);
        Stream<String> conditions = walk.values.isEmpty()
                ? Stream.of(walk.condition.apply(""))
                : walk.values.stream().map(value -> walk.condition.apply(parameters.add(value)));
        String end = order("") + " LIMIT " + limit;
        return conditions
                        .map(condition ->
                                "(SELECT " + columns + " FROM audit_events WHERE " + condition + range + end + ")")
                        .collect(Collectors.joining(" UNION ALL ", "SELECT " + columns + " FROM (", ") walked"))
                + end;
    }

    /** One bound a side, so that the index is entered and left there. */
    private String range(Parameters parameters) {
        Optional<Bound> from = Optional.ofNullable(query.from()).map(Bound::before);
        Optional<Bound> to = Optional.ofNullable(query.to()).map(Bound::before);
        Optional<Bound> after = Optional.ofNullable(query.after()).map(Bound::at);
        StringBuilder sql = new StringBuilder();
        latest(from, descending ? Optional.empty() : after)
                .ifPresent(bound -> sql.append(" AND (timestamp, arrival) ")
                        .append(descending ? ">=" : ">")
                        .append(bound.sql(parameters)));
        earliest(to, descending ? after : Optional.empty())
                .ifPresent(bound ->
                        sql.append(" AND (timestamp, arrival) ").append("<").append(bound.sql(parameters)));
        return sql.toString();
    }

    /** What the walk passes over; empty if it does not. */
    private String filters(Parameters parameters) {
        List<String> filters = new ArrayList<>();
        if (byTrace && !query.agentInstanceIds().isEmpty()) {
            filters.add("agent_instance_id = ANY("
                    + parameters.add(query.agentInstanceIds().toArray(String[]::new)) + ")");
        }
        if (!byResource
                && !(query.resources().isEmpty() && query.resourcePrefixes().isEmpty())) {
            filters.add(resourceFilter(parameters));
        }
        if (!query.actors().isEmpty()) {
            filters.add(oneOf("actor", query.actors().stream().map(ActorType::wireName)));
        }
        if (!query.actionTypes().isEmpty()) {
            filters.add(oneOf("action_type", query.actionTypes().stream().map(ActionType::wireName)));
        }
        if (!byStatus && !query.statuses().isEmpty()) {
            filters.add(oneOf("status", query.statuses().stream().map(EventStatus::wireName)));
        }
        if (!query.agentPrefix().isEmpty()) {
            filters.add("starts_with(agent_instance_id, " + parameters.add(query.agentPrefix()) + ")");
        }
        if (query.snapshotBound() != null) {
            filters.add("arrival < " + parameters.add(query.snapshotBound()));
        }
        if (!query.texts().isEmpty()) {
            filters.add(query.texts().stream()
                    .map(text -> parameters.add(asciiLower(text)))
                    // With the collation C, lower() changes ASCII letters only; strpos knows no special characters.
                    .map(text ->
                            "strpos(lower(resource), " + text + ") > 0 OR strpos(lower(metadata), " + text + ") > 0")
                    .collect(Collectors.joining(" OR ", "(", ")")));
        }
        return String.join(" AND ", filters);
    }

    /** For the beginnings of resources there is no index. */
    private String resourceFilter(Parameters parameters) {
        List<String> alternatives = new ArrayList<>();
        if (!query.resources().isEmpty()) {
            alternatives.add(
                    "resource = ANY(" + parameters.add(query.resources().toArray(String[]::new)) + ")");
        }
        for (String prefix : query.resourcePrefixes()) {
            alternatives.add("starts_with(resource, " + parameters.add(prefix) + ")");
        }
        return "(" + String.join(" OR ", alternatives) + ")";
    }

    /** The names of ours are no danger, and there are so few sets of them that each may be a statement of its own. */
    private static String oneOf(String column, Stream<String> names) {
        return column + names.sorted().map(name -> "'" + name + "'").collect(Collectors.joining(",", " IN (", ")"));
    }

    private static String asciiLower(String text) {
        return text.codePoints()
                .map(c -> c < 128 ? Character.toLowerCase(c) : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** Of the walk, and of all that is made of it without sorting. */
    private String order(String table) {
        return " ORDER BY " + table + "timestamp" + direction() + ", " + table + "arrival" + direction();
    }

    private String direction() {
        boolean byTime = walk.values.isEmpty();
        return (descending ? " DESC" : " ASC") + (byTime ? descending ? " NULLS LAST" : " NULLS FIRST" : "");
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
