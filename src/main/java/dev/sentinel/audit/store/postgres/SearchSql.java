package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.Condition;
import dev.sentinel.audit.store.EventFilter;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.PageBuilder;
import dev.sentinel.audit.store.Position;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Translates a search into SQL. It walks one index in the order of the result: by trace if the query names traces, else
 * by session, by whom agents act for, by agent, by resource, by a rare status, else by time. Several values of that
 * filter are several walks that are merged.
 *
 * <p>Filters that the index does not cover are evaluated during the walk, so the walk is bounded: after {@link #SLICE}
 * events the statement stops and returns the position.
 *
 * <p>The planner must not choose the index, because its estimate of how many events pass a filter may be wrong by a
 * million. So filters are evaluated outside of the walk. {@code audit_events_by_time} names an order of nulls (there
 * are none) that only the walk by time asks for; otherwise the planner would use it to find an agent with many events.
 * {@link Sessions#READING} removes the last alternative, to sort.
 */
final class SearchSql {
    /** Events read for one page: tens of milliseconds. */
    static final int SLICE = 20_000;

    /** Events of one step of a count: the driver receives them all before it passes them on. */
    static final int COUNTED_SLICE = 5_000;

    /** Events whose texts are searched in one step: 13 MB if all have the largest metadata. */
    static final int TEXT_SLICE = 200;

    /** Events in one step of a condition that reads texts once: matching a pattern reads each text several times. */
    private static final int CONDITION_SLICE = 100;

    /**
     * The number of sought characters that doubles the cost of a step. strpos compares them at each place of a text
     * that was made for it: 990 characters in 65,000 take 65 ms.
     */
    private static final int SOUGHT_CHARACTERS = 64;

    /** SQL and its parameters. */
    record Statement(String sql, Tuple parameters) {}

    /** The filter that a walk follows: the condition for one value, given its parameter, and the values. */
    private record Walk(Function<String, String> condition, List<?> values) {}

    private final EventQuery query;
    private final EventFilter filter;
    private final boolean descending;
    private final boolean byTrace;
    private final boolean bySession;
    private final boolean byPrincipal;
    private final boolean byAgent;
    private final boolean byResource;
    private final boolean byStatus;
    private final Walk walk;

    SearchSql(EventQuery query) {
        this.query = query;
        this.filter = query.filter();
        this.descending = query.order() == EventQuery.Order.NEWEST_FIRST;
        this.byTrace = !filter.traceIds().isEmpty();
        this.bySession = !byTrace && !filter.sessionIds().isEmpty();
        this.byPrincipal = !byTrace && !bySession && !filter.onBehalfOf().isEmpty();
        boolean linked = byTrace || bySession || byPrincipal;
        this.byAgent = !linked && !filter.agentInstanceIds().isEmpty();
        this.byResource = !linked
                && !byAgent
                && !filter.resources().isEmpty()
                && filter.resourcePrefixes().isEmpty();
        this.byStatus = !linked
                && !byAgent
                && !byResource
                && !filter.statuses().isEmpty()
                && !filter.statuses().contains(EventStatus.SUCCESS);
        this.walk = walk();
    }

    private Walk walk() {
        if (byTrace) {
            return new Walk(value -> "trace_id = " + value, List.copyOf(filter.traceIds()));
        }
        if (bySession) {
            return new Walk(value -> "session_id = " + value, List.copyOf(filter.sessionIds()));
        }
        if (byPrincipal) {
            return new Walk(value -> "on_behalf_of = " + value, List.copyOf(filter.onBehalfOf()));
        }
        if (byAgent) {
            return new Walk(value -> "agent_instance_id = " + value, List.copyOf(filter.agentInstanceIds()));
        }
        if (byResource) {
            return new Walk(
                    value -> "hashtextextended(resource, 0) = hashtextextended(" + value + ", 0) AND resource = "
                            + value,
                    List.copyOf(filter.resources()));
        }
        if (byStatus) {
            // The index is partial: the planner uses it only if the statement repeats its condition.
            return new Walk(
                    value -> "status <> 'success' AND status = " + value,
                    filter.statuses().stream().map(EventStatus::wireName).toList());
        }
        return new Walk(value -> "true", List.of());
    }

    /**
     * Selects the columns of {@link EventRow}, in order: events of the result, one more than the limit, and no more
     * bytes than a page may have (the database must stop, because the driver would receive everything it sends). If the
     * slice has fewer events and the walk does not end in it, the last row is the position of its end, with nulls in
     * the other columns.
     */
    Statement page() {
        Parameters parameters = new Parameters();
        String filters = filters(parameters);
        int slice = slice();
        String found = filters.isEmpty()
                ? walks("*", query.limit() + 1, parameters)
                : "SELECT * FROM (" + walks("*", slice, parameters) + ") s WHERE " + filters + order("") + " LIMIT "
                        + (query.limit() + 1);
        String sql = "WITH found AS MATERIALIZED (SELECT w.*, " + EventRow.bytesBefore(order("w.")) + " FROM (" + found
                + ") w" + order("w.") + ") SELECT " + EventRow.COLUMNS + " FROM found e WHERE e.bytes_before < "
                + PageBuilder.MAX_BYTES;
        if (!filters.isEmpty()) {
            sql += " UNION ALL (SELECT " + EventRow.ONLY_POSITION + " FROM ("
                    + walks("timestamp, arrival", slice, parameters)
                    + ") e WHERE (SELECT count(*) FROM found) <= " + query.limit() + order("e.")
                    + " LIMIT 1 OFFSET " + (slice - 1) + ")";
        }
        return new Statement(sql + order(""), parameters.tuple());
    }

    /**
     * Selects what is counted of all events of the result within a slice, in any order: time, position, and what
     * {@link dev.sentinel.audit.store.TallyBuilder.Counted} has behind the time. If the walk does not end in the slice,
     * one row is the position of its end, with nulls in the other columns.
     */
    Statement counted() {
        Parameters parameters = new Parameters();
        String filters = filters(parameters);
        int slice = Math.min(slice(), COUNTED_SLICE);
        String sql = "SELECT timestamp, arrival, status, action_type, actor, agent_instance_id, resource, session_id,"
                + " on_behalf_of, latency_ms FROM (" + walks("*", slice, parameters) + ") s"
                + (filters.isEmpty() ? "" : " WHERE " + filters)
                + " UNION ALL (SELECT timestamp, arrival, NULL::text, NULL::text, NULL::text, NULL::text, NULL::text,"
                + " NULL::text, NULL::text, NULL::integer FROM ("
                + walks("timestamp, arrival", slice, parameters) + ") e" + order("e.") + " LIMIT 1 OFFSET "
                + (slice - 1) + ")";
        return new Statement(sql, parameters.tuple());
    }

    /** The more often a step reads the texts, and the longer it may take for each of them, the fewer events it has. */
    private int slice() {
        Condition condition = filter.condition();
        int reads = condition == null ? 0 : condition.textReads();
        int sought = (condition == null ? 0 : condition.soughtCharacters())
                + filter.texts().stream().mapToInt(String::length).sum();
        int weight = 1 + sought / SOUGHT_CHARACTERS;
        if (reads > 0) {
            return Math.max(1, CONDITION_SLICE / reads / weight);
        }
        return filter.readsTexts() ? Math.max(1, TEXT_SLICE / weight) : SLICE;
    }

    /** The first {@code limit} events of the walk. */
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

    /** One bound per side, so that the index scan starts and ends there. */
    private String range(Parameters parameters) {
        Optional<Bound> from = Optional.ofNullable(filter.from()).map(Bound::before);
        Optional<Bound> to = Optional.ofNullable(filter.to()).map(Bound::before);
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

    /** The conditions that are evaluated during the walk; empty if there are none. */
    private String filters(Parameters parameters) {
        List<String> filters = new ArrayList<>();
        if (!byAgent && !filter.agentInstanceIds().isEmpty()) {
            filters.add(anyOf("agent_instance_id", filter.agentInstanceIds(), parameters));
        }
        if (!bySession && !filter.sessionIds().isEmpty()) {
            filters.add(anyOf("session_id", filter.sessionIds(), parameters));
        }
        if (!byPrincipal && !filter.onBehalfOf().isEmpty()) {
            filters.add(anyOf("on_behalf_of", filter.onBehalfOf(), parameters));
        }
        if (!byResource
                && !(filter.resources().isEmpty() && filter.resourcePrefixes().isEmpty())) {
            filters.add(resourceFilter(parameters));
        }
        if (!filter.actors().isEmpty()) {
            filters.add(oneOf("actor", filter.actors().stream().map(ActorType::wireName)));
        }
        if (!filter.actionTypes().isEmpty()) {
            filters.add(oneOf("action_type", filter.actionTypes().stream().map(ActionType::wireName)));
        }
        if (!byStatus && !filter.statuses().isEmpty()) {
            filters.add(oneOf("status", filter.statuses().stream().map(EventStatus::wireName)));
        }
        if (!filter.agentPrefix().isEmpty()) {
            filters.add("starts_with(agent_instance_id, " + parameters.add(filter.agentPrefix()) + ")");
        }
        if (query.snapshotBound() != null) {
            filters.add("arrival < " + parameters.add(query.snapshotBound()));
        }
        if (!filter.texts().isEmpty()) {
            ConditionSql sql = new ConditionSql(parameters::add);
            filters.add(filter.texts().stream().map(sql::mentions).collect(Collectors.joining(" OR ", "(", ")")));
        }
        Condition condition = filter.condition();
        if (condition != null) {
            filters.add(condition.accept(new ConditionSql(parameters::add)));
        }
        return String.join(" AND ", filters);
    }

    private static String anyOf(String column, Set<String> values, Parameters parameters) {
        return column + " = ANY(" + parameters.add(values.toArray(String[]::new)) + ")";
    }

    /** No index covers resource prefixes. */
    private String resourceFilter(Parameters parameters) {
        List<String> alternatives = new ArrayList<>();
        if (!filter.resources().isEmpty()) {
            alternatives.add(anyOf("resource", filter.resources(), parameters));
        }
        for (String prefix : filter.resourcePrefixes()) {
            alternatives.add("starts_with(resource, " + parameters.add(prefix) + ")");
        }
        return "(" + String.join(" OR ", alternatives) + ")";
    }

    /** Our own names need no parameters, and there are so few sets of them that each may be a separate statement. */
    private static String oneOf(String column, Stream<String> names) {
        return column + names.sorted().map(name -> "'" + name + "'").collect(Collectors.joining(",", " IN (", ")"));
    }

    /** The order of the walk, and of everything derived from it without sorting. */
    private String order(String table) {
        return " ORDER BY " + table + "timestamp" + direction() + ", " + table + "arrival" + direction();
    }

    private String direction() {
        boolean byTime = walk.values.isEmpty();
        return (descending ? " DESC" : " ASC") + (byTime ? descending ? " NULLS LAST" : " NULLS FIRST" : "");
    }

    /** The parameters of the statement, numbered in the order they are added. */
    private static final class Parameters {
        private final List<Object> values = new ArrayList<>();

        /** Adds a parameter and returns its name in the statement. */
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
    private record Bound(Instant time, long rowId) {
        private static final Comparator<Bound> ORDER =
                Comparator.comparing(Bound::time).thenComparingLong(Bound::rowId);

        /** Before all events of this time and after those of earlier times: arrivals start at 0. */
        static Bound before(Instant time) {
            return new Bound(time, -1);
        }

        static Bound at(Position position) {
            return new Bound(position.time(), position.rowId());
        }

        String sql(Parameters parameters) {
            return " (" + parameters.add(EventArrays.utc(time)) + "::timestamptz, " + parameters.add(rowId)
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
