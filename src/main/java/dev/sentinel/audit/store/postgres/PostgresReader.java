package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.LegacyKey;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.store.AgentEvents;
import dev.sentinel.audit.store.AgentSummary;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.FoundEvents;
import dev.sentinel.audit.store.Page;
import dev.sentinel.audit.store.PageBuilder;
import dev.sentinel.audit.store.Position;
import dev.sentinel.audit.store.SteppedSearch;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collector;

/** Answers queries. Any thread. A query sees every append that was committed before it started, on any server. */
final class PostgresReader {
    /** Bytes of the texts of a slice of the log, without its last event. */
    private static final int MAX_READ_BYTES = 2 << 20;

    static final String FIND = "SELECT " + EventRow.COLUMNS + " FROM audit_events e WHERE e.event_id = $1";

    private static final String SNAPSHOT_BOUND = "SELECT coalesce(max(arrival), -1) + 1 FROM audit_events";

    /**
     * Events are only added, so two states with the same number of them are the same one; their positions, which are
     * part of the answers, follow the watermark. Months that were dropped or attached change the list of partitions,
     * and a database that was restored has other tables or another start. Very many events without a position are not
     * counted: then no answer is known.
     */
    private static final String REVISION = """
            SELECT concat_ws(' ', i.log_id, i.log_number, p.next_seq,
              CASE WHEN pending.events > 10000 THEN gen_random_uuid()::text ELSE pending.events::text END,
              (SELECT string_agg(inhrelid::text, ',' ORDER BY inhrelid) FROM pg_inherits
               WHERE inhparent = 'audit_events'::regclass),
              'audit_events'::regclass::oid, extract(epoch FROM pg_postmaster_start_time()))
            FROM audit_progress p CROSS JOIN audit_log_identity i CROSS JOIN LATERAL
              (SELECT count(*) AS events FROM
                (SELECT FROM audit_events WHERE arrival >= p.next_arrival LIMIT 10001) few) pending""";

    /** Below the watermark no event can be added between two others, so the arrival of the first gives the rest. */
    static final String READ = "SELECT " + EventRow.COLUMNS
            + " FROM (SELECT w.*, " + EventRow.bytesBefore("ORDER BY w.arrival") + " FROM audit_events w"
            + " WHERE w.arrival < (SELECT next_arrival FROM audit_progress WHERE id = 0)"
            + " AND w.arrival >= (SELECT r.first_arrival + $1 - r.first_seq FROM audit_sequence_runs r"
            + " WHERE r.first_seq <= $1 ORDER BY r.first_seq DESC LIMIT 1) ORDER BY w.arrival LIMIT $2) e"
            + " WHERE e.bytes_before < " + MAX_READ_BYTES + " ORDER BY e.arrival";

    /**
     * The few events above the watermark. Without OFFSET, the planner might search all events of the agent for them.
     */
    private static final String ABOVE = """
            (SELECT agent_instance_id, status, timestamp FROM audit_events
             WHERE arrival >= (SELECT next_arrival FROM audit_progress WHERE id = 0) OFFSET 0) above""";

    /** The folded totals plus the events above the watermark. */
    static final String AGENT = """
            SELECT $1::text, sum(total)::bigint, sum(errors)::bigint, min(first_seen), max(last_seen) FROM (
              SELECT total, errors, first_seen, last_seen FROM audit_agents WHERE agent_instance_id = $1::text
              UNION ALL
              SELECT count(*), count(*) FILTER (WHERE status = 'error'), min(timestamp), max(timestamp)
              FROM %s WHERE agent_instance_id = $1::text) parts
            HAVING sum(total) > 0""".formatted(ABOVE);

    /**
     * Merges the first folded agents with the agents above the watermark. The bounds let PostgreSQL use the index: no
     * id sorts after 255 times Unicode's last character.
     */
    static final String AGENTS = """
            SELECT agent_instance_id, sum(total)::bigint, sum(errors)::bigint, min(first_seen), max(last_seen) FROM (
              (SELECT agent_instance_id, total, errors, first_seen, last_seen FROM audit_agents
               WHERE agent_instance_id > $1::text AND agent_instance_id >= $2::text
                 AND ($2::text = '' OR agent_instance_id < $2::text || repeat(chr(1114111), 255))
                 AND starts_with(agent_instance_id, $2::text)
               ORDER BY agent_instance_id LIMIT $3)
              UNION ALL
              SELECT agent_instance_id, count(*), count(*) FILTER (WHERE status = 'error'),
                min(timestamp), max(timestamp)
              FROM %s WHERE agent_instance_id > $1::text AND starts_with(agent_instance_id, $2::text)
              GROUP BY agent_instance_id) parts
            GROUP BY agent_instance_id ORDER BY agent_instance_id LIMIT $3""".formatted(ABOVE);

    private final CurrentPool pool;
    private final LegacyKey legacyKey;

    PostgresReader(CurrentPool pool, LegacyKey legacyKey) {
        this.pool = pool;
        this.legacyKey = legacyKey;
    }

    Future<Optional<StoredEvent>> find(UUID eventId) {
        return list(FIND, Tuple.of(eventId), this::event).map(PostgresReader::first);
    }

    Future<List<StoredEvent>> read(long fromSeq, int limit) {
        return list(READ, Tuple.of(fromSeq, (long) limit), this::event);
    }

    private StoredEvent event(Row row) {
        return EventRow.read(row, legacyKey);
    }

    /**
     * Later inserts take higher arrivals. Below the bound, not every arrival is visible yet, but every acknowledged
     * event is.
     */
    Future<Long> snapshotBound() {
        return list(SNAPSHOT_BOUND, Tuple.tuple(), row -> row.getLong(0)).map(rows -> rows.get(0));
    }

    Future<String> revision() {
        return list(REVISION, Tuple.tuple(), row -> row.getString(0)).map(rows -> rows.get(0));
    }

    Future<FoundEvents> search(EventQuery query) {
        PageBuilder<Position> page = new PageBuilder<>(query.limit(), position -> position);
        return new SteppedSearch<>(page, rest -> {
                    SearchSql.Statement statement = new SearchSql(rest).page();
                    return query(
                                    statement.sql(),
                                    statement.parameters(),
                                    Collector.of(
                                            () -> new FoundRows(page, query.sealed()),
                                            FoundRows::add,
                                            (left, right) -> left))
                            .map(found -> found.sliceEnd);
                })
                .run(query);
    }

    /** Reads the total after the events: it must not be lower than the number of events found. */
    Future<AgentEvents> agentEvents(String agentInstanceId, EventQuery query) {
        return search(query.withFilter(filter -> filter.agentInstanceIds(Set.of(agentInstanceId))))
                .compose(found -> agent(agentInstanceId)
                        .map(agent ->
                                new AgentEvents(agent.map(AgentSummary::total).orElse(0L), found)));
    }

    Future<Optional<AgentSummary>> agent(String agentInstanceId) {
        return list(AGENT, Tuple.of(agentInstanceId), PostgresReader::agentSummary)
                .map(PostgresReader::first);
    }

    Future<Page<AgentSummary, String>> agents(String prefix, Optional<String> after, int limit) {
        return list(AGENTS, Tuple.of(after.orElse(""), prefix, (long) limit + 1), PostgresReader::agentSummary)
                .map(agents -> agents.size() <= limit
                        ? new Page<>(agents, null)
                        : new Page<>(
                                agents.subList(0, limit), agents.get(limit - 1).agentInstanceId()));
    }

    <T> Future<List<T>> list(String sql, Tuple parameters, Function<Row, T> read) {
        return query(
                sql,
                parameters,
                Collector.of(
                        ArrayList<T>::new,
                        (List<T> rows, Row row) -> rows.add(read.apply(row)),
                        (left, right) -> left));
    }

    <A> Future<A> query(String sql, Tuple parameters, Collector<Row, A, A> collector) {
        return pool.get()
                .preparedQuery(sql)
                .collecting(collector)
                .execute(parameters)
                .map(result -> result.value());
    }

    private static AgentSummary agentSummary(Row row) {
        return new AgentSummary(
                row.getString(0), row.getLong(1), row.getLong(2), EventRow.time(row, 3), EventRow.time(row, 4));
    }

    private static <T> Optional<T> first(List<T> rows) {
        return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(0));
    }

    /** Adds the rows to a page, and keeps the position where the search stopped. */
    private final class FoundRows {
        private final PageBuilder<Position> page;
        private final boolean sealed;
        private Optional<Position> sliceEnd = Optional.empty();

        FoundRows(PageBuilder<Position> page, boolean sealed) {
            this.page = page;
            this.sealed = sealed;
        }

        void add(Row row) {
            if (EventRow.isEvent(row)) {
                StoredEvent event = event(row);
                page.add(
                        Buffer.buffer(sealed ? EventWriter.toSealedJson(event) : EventWriter.toJson(event)),
                        EventRow.position(row));
            } else {
                sliceEnd = Optional.of(EventRow.position(row));
            }
        }
    }
}
