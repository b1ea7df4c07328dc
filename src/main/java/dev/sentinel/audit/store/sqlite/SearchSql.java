package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.Condition;
import dev.sentinel.audit.store.EventFilter;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.Position;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Translates a search into SQL. It walks one tree of the index in the order of the result: by trace if the query names
 * traces, else by session, else by whom agents act for, else by agent, else by time. {@link WalkFunction} walks; SQL
 * reads the events.
 *
 * <p>Filters that the index does not cover are evaluated during the walk, so the walk must be bounded:
 * {@link #sliceEnd} asks which entry it reaches after {@link #SLICE} entries, and {@link #joined} goes no further.
 */
final class SearchSql {
    /** Index entries read for one page: some milliseconds, or less than 100 ms if every entry needs its event. */
    static final int SLICE = 20_000;

    /** If each needs its event, as many first, and then more: few may be enough. */
    static final int FIRST_SLICE = 2_000;

    /** Index entries of one step of a count: each event may have 7 KB of names. */
    static final int COUNTED_SLICE = 5_000;

    /** Events whose texts are searched in one step; fewer if they are large. */
    static final int TEXT_SLICE = 1_000;

    /** The time of one of {@link WalkFunction#PLACES}, which are the rows {@code hits}. */
    static final String TS = "(hits.value ->> 0)";

    private static final String SEQ = "(hits.value ->> 1)";

    private static final String SEAL =
            ", hex(e.resource_seal) || '-' || hex(e.metadata_seal) || '-' || hex(e.links_seal) AS seal";

    /** SQL and its parameters. */
    record Statement(String sql, List<Object> parameters) {}

    private final EventQuery query;
    private final EventFilter filter;
    private final boolean descending;
    private final String kinds;

    SearchSql(EventQuery query) {
        this.query = query;
        this.filter = query.filter();
        this.descending = query.order() == EventQuery.Order.NEWEST_FIRST;
        this.kinds = Kinds.sqlList(filter.actors(), filter.actionTypes(), filter.statuses());
    }

    /** Whether the walk may pass entries that are not part of the result. */
    boolean passesOver() {
        return !kinds.isEmpty() || query.snapshotBound() != null || readsEvents() || filtersAgents();
    }

    /** Whether the walk passes entries whose events must be read for it, but no texts. */
    boolean passesEventsOver() {
        return readsEvents() && !searchesTexts();
    }

    /** Whether the search looks for texts, so that its cost depends on the size of the events. */
    boolean searchesTexts() {
        return filter.readsTexts();
    }

    /** Selects the positions of the next {@link #TEXT_SLICE} entries, with the bytes in which texts are searched. */
    Statement textSizes() {
        List<Object> parameters = new ArrayList<>();
        String walk = walk(WalkFunction.PLACES, false, Optional.empty(), TEXT_SLICE, parameters);
        // octet_length does not read a large text.
        return new Statement(
                "SELECT " + TS + " AS ts, e.seq AS seq, octet_length(e.metadata) AS bytes FROM json_each(" + walk
                        + ") hits CROSS JOIN log.audit_events e ON e.seq = " + SEQ + " ORDER BY hits.rowid",
                parameters);
    }

    /** Selects the position of the last entry of a slice of so many; no row if the walk ends within it. */
    Statement sliceEnd(int entries) {
        List<Object> parameters = new ArrayList<>();
        String walk = walk(WalkFunction.END, false, Optional.empty(), entries, parameters);
        return new Statement(
                "WITH walked(place) AS MATERIALIZED (SELECT " + walk
                        + ") SELECT place ->> 0 AS ts, place ->> 1 AS seq FROM walked WHERE place IS NOT NULL",
                parameters);
    }

    /**
     * Selects the events of the result, in order, up to and including the end of the slice, at most one more than the
     * limit: one row with their JSON, separated by commas, the size of each in bytes, and the parts of the seal of each
     * in hexadecimal digits, empty for a part that it lacks; all null if there are no events, and the seals if the
     * query does not want them. Creating and passing on a row costs more than reading an event. Fails if the JSON is
     * longer than a value may be; see {@link #rows}.
     *
     * @param agentInstanceId the agent whose total is the fourth column; null for none
     */
    Statement joined(Optional<Position> sliceEnd, @Nullable String agentInstanceId) {
        return page(
                "CAST(group_concat(json) AS BLOB) AS json, group_concat(octet_length(json)) AS sizes",
                query.sealed() ? "group_concat(seal)" : "NULL",
                sliceEnd,
                agentInstanceId);
    }

    /** As {@link #joined}, with one row for each event: its JSON, its size, its seal, and perhaps the total. */
    Statement rows(Optional<Position> sliceEnd, @Nullable String agentInstanceId) {
        return page(
                "CAST(json AS BLOB) AS json, octet_length(json) AS sizes",
                query.sealed() ? "seal" : "NULL",
                sliceEnd,
                agentInstanceId);
    }

    /**
     * Selects what is counted of all events of the result up to and including the end of the slice, in any order: one
     * row with a JSON array of arrays, in the order of {@link dev.sentinel.audit.store.TallyBuilder.Counted}.
     */
    Statement counted(Optional<Position> sliceEnd) {
        List<Object> parameters = new ArrayList<>();
        String walk = walk(WalkFunction.PLACES, true, sliceEnd, WalkFunction.NO_LIMIT, parameters);
        String sql = "SELECT CAST(json_group_array(json_array(" + TS + ", e.status, e.action_type, e.actor,"
                + " e.agent_instance_id, e.resource, e.session_id, e.on_behalf_of, e.latency_ms)) AS BLOB) AS json"
                + " FROM json_each(" + walk + ") hits CROSS JOIN log.audit_events e ON e.seq = " + SEQ
                + eventFilter(parameters);
        return new Statement(sql, parameters);
    }

    // Columns need names: sqlite-jdbc parses the expression of an unnamed column with regular expressions.
    private Statement page(
            String columns, String seals, Optional<Position> sliceEnd, @Nullable String agentInstanceId) {
        List<Object> parameters = new ArrayList<>();
        String total = "";
        if (agentInstanceId != null) {
            total = ", (SELECT total FROM agents WHERE agent_instance_id = ?) AS total";
            parameters.add(agentInstanceId);
        }
        // Where events are read, the slice bounds the walk. A limit could cut off its end: between the two statements,
        // new events may have been added at its beginning.
        long walked = readsEvents() ? WalkFunction.NO_LIMIT : query.limit() + 1;
        // Only a condition may ask for the time of a place.
        boolean places = filter.condition() != null;
        String walk = walk(places ? WalkFunction.PLACES : WalkFunction.SEQS, true, sliceEnd, walked, parameters);
        String sql = "SELECT " + columns + ", " + seals + " AS seals" + total
                + " FROM (SELECT " + JsonRow.SQL + " AS json" + (query.sealed() ? SEAL : "")
                + " FROM json_each(" + walk + ") hits CROSS JOIN log.audit_events e ON e.seq = "
                + (places ? SEQ : "hits.value")
                + eventFilter(parameters)
                + " ORDER BY hits.rowid LIMIT ?)";
        parameters.add(query.limit() + 1);
        return new Statement(sql, parameters);
    }

    private boolean readsEvents() {
        return filter.condition() != null
                || filtersSessions()
                || filtersPrincipals()
                || !filter.resources().isEmpty()
                || !filter.resourcePrefixes().isEmpty()
                || !filter.texts().isEmpty()
                || !filter.agentPrefix().isEmpty();
    }

    private boolean walksTraces() {
        return !filter.traceIds().isEmpty();
    }

    private boolean walksSessions() {
        return !walksTraces() && !filter.sessionIds().isEmpty();
    }

    private boolean walksPrincipals() {
        return !walksTraces() && !walksSessions() && !filter.onBehalfOf().isEmpty();
    }

    private boolean walksLinks() {
        return walksSessions() || walksPrincipals();
    }

    /** The entries of the walk say which agent they are of. */
    private boolean filtersAgents() {
        return !filter.agentInstanceIds().isEmpty() && (walksTraces() || walksLinks());
    }

    private boolean filtersSessions() {
        return !filter.sessionIds().isEmpty() && !walksSessions();
    }

    private boolean filtersPrincipals() {
        return !filter.onBehalfOf().isEmpty() && !walksPrincipals();
    }

    private String walk(
            String function, boolean filtered, Optional<Position> sliceEnd, long limit, List<Object> parameters) {
        WalkSql walk = new WalkSql(function, descending, limit, parameters);
        if (walksTraces() || walksLinks()) {
            walk.keys(walksTraces() ? IndexTrees.TRACES : IndexTrees.LINKS, walkKeys());
        } else if (!filter.agentInstanceIds().isEmpty()) {
            walk.agents(filter.agentInstanceIds());
        }
        if (filtered) {
            if (filtersAgents()) {
                walk.onlyAgents(filter.agentInstanceIds());
            }
            walk.only(kinds, query.snapshotBound());
        }
        return walk.from(from(sliceEnd)).to(to(sliceEnd)).sql();
    }

    private List<UUID> walkKeys() {
        if (walksTraces()) {
            return filter.traceIds().stream().map(Keys::ofTraceId).toList();
        }
        return walksSessions()
                ? filter.sessionIds().stream().map(Keys::ofSession).toList()
                : filter.onBehalfOf().stream().map(Keys::ofPrincipal).toList();
    }

    /** The oldest place, inclusive. */
    private Optional<Bound> from(Optional<Position> sliceEnd) {
        Optional<Bound> after = Optional.ofNullable(query.after()).map(Bound::behind);
        return latest(
                Optional.ofNullable(filter.from()).map(Bound::before), descending ? sliceEnd.map(Bound::at) : after);
    }

    /** The newest place, exclusive. */
    private Optional<Bound> to(Optional<Position> sliceEnd) {
        Optional<Bound> after = Optional.ofNullable(query.after()).map(Bound::at);
        return earliest(
                Optional.ofNullable(filter.to()).map(Bound::before), descending ? after : sliceEnd.map(Bound::behind));
    }

    /** A position in the order of the index. */
    record Bound(long ts, long seq) {
        private static final Comparator<Bound> ORDER =
                Comparator.comparingLong(Bound::ts).thenComparingLong(Bound::seq);

        /** Before all events of this time and after those of earlier times: positions start at 0. */
        static Bound before(Instant time) {
            return new Bound(Timestamps.toMicros(time), -1);
        }

        static Bound at(Position position) {
            return new Bound(Timestamps.toMicros(position.time()), position.rowId());
        }

        static Bound behind(Position position) {
            return new Bound(Timestamps.toMicros(position.time()), position.rowId() + 1);
        }
    }

    private static Optional<Bound> latest(Optional<Bound> one, Optional<Bound> other) {
        return Stream.of(one, other).flatMap(Optional::stream).max(Bound.ORDER);
    }

    private static Optional<Bound> earliest(Optional<Bound> one, Optional<Bound> other) {
        return Stream.of(one, other).flatMap(Optional::stream).min(Bound.ORDER);
    }

    private String eventFilter(List<Object> parameters) {
        List<String> conditions = new ArrayList<>();
        if (!filter.resources().isEmpty() || !filter.resourcePrefixes().isEmpty()) {
            conditions.add(resourceFilter(parameters));
        }
        if (filtersSessions()) {
            conditions.add(oneOf("e.session_id", filter.sessionIds(), parameters));
        }
        if (filtersPrincipals()) {
            conditions.add(oneOf("e.on_behalf_of", filter.onBehalfOf(), parameters));
        }
        if (!filter.agentPrefix().isEmpty()) {
            conditions.add("substr(e.agent_instance_id, 1, length(?)) = ?");
            parameters.add(filter.agentPrefix());
            parameters.add(filter.agentPrefix());
        }
        if (!filter.texts().isEmpty()) {
            ConditionSql sql = new ConditionSql(parameters);
            conditions.add(filter.texts().stream().map(sql::mentions).collect(Collectors.joining(" OR ", "(", ")")));
        }
        Condition condition = filter.condition();
        if (condition != null) {
            conditions.add(condition.accept(new ConditionSql(parameters)));
        }
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    private String resourceFilter(List<Object> parameters) {
        List<String> alternatives = new ArrayList<>();
        if (!filter.resources().isEmpty()) {
            alternatives.add(oneOf("e.resource", filter.resources(), parameters));
        }
        for (String prefix : filter.resourcePrefixes()) {
            // In characters on both sides; GLOB and LIKE have special ones.
            alternatives.add("substr(e.resource, 1, length(?)) = ?");
            parameters.add(prefix);
            parameters.add(prefix);
        }
        return "(" + String.join(" OR ", alternatives) + ")";
    }

    private static String oneOf(String column, Set<String> values, List<Object> parameters) {
        parameters.addAll(values);
        return column + " IN (" + questionMarks(values.size()) + ")";
    }

    private static String questionMarks(int count) {
        return String.join(",", Collections.nCopies(count, "?"));
    }
}
