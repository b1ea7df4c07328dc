package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.EventContent;
import dev.sentinel.audit.event.Leaf;
import dev.sentinel.audit.event.LeafHash;
import dev.sentinel.audit.event.LegacyKey;
import dev.sentinel.audit.event.Seal;
import dev.sentinel.audit.event.Sealer;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Appends batches. Each batch is one statement and one transaction; a second statement is needed only for events that
 * were already stored.
 */
final class Appends {
    private static final String INSERT_FORM = """
            WITH added AS (
              INSERT INTO audit_events (event_id, timestamp, agent_instance_id, trace_id, actor, action_type, resource,
                status, latency_ms, metadata, received_at, submitted_by, redacted, resource_seal,
                metadata_seal, span_id, parent_span_id, session_id, on_behalf_of, links_seal)
              SELECT s.event_id, s.timestamp, s.agent_instance_id, s.trace_id, s.actor, s.action_type, s.resource,
                s.status, s.latency_ms, s.metadata, $11, s.submitted_by, s.redacted::json, s.resource_seal,
                s.metadata_seal, s.span_id, s.parent_span_id, s.session_id, s.on_behalf_of, s.links_seal
              FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                $8::text[], $9::int[], $10::text[], $12::text[], $13::text[], $14::bytea[], $15::bytea[],
                $16::text[], $17::text[], $18::text[], $19::text[], $20::bytea[])
                WITH ORDINALITY
                AS s(event_id, timestamp, agent_instance_id, trace_id, actor, action_type, resource, status, latency_ms,
                  metadata, submitted_by, redacted, resource_seal, metadata_seal, span_id, parent_span_id, session_id,
                  on_behalf_of, links_seal, ordinal)
              %s
              ORDER BY s.ordinal
              ON CONFLICT %s DO NOTHING
              RETURNING event_id, arrival)
            SELECT array_agg(arrival), CASE WHEN count(*) < cardinality($1) THEN array_agg(event_id) END FROM added""";

    /**
     * Skips stored events, so that they take no arrival and leave no gap for the sequencer. A sub-select instead of a
     * join, so that the planner cannot decide to read the whole table for a large batch. ON CONFLICT waits for events
     * that are not visible yet.
     */
    private static final String UNKNOWN =
            "WHERE (SELECT true FROM audit_events known WHERE known.event_id = s.event_id) IS NULL";

    /**
     * The two ways to append.
     *
     * @param insert for new events, as nearly all are; a stored event takes an arrival and leaves a gap
     * @param insertUnknown for when some events are likely to be stored already
     */
    record Statements(String insert, String insertUnknown) {
        /**
         * For an unpartitioned table: only the event id can conflict, so naming it limits the check to one index of
         * two.
         */
        static final Statements PLAIN = of("(event_id)");

        /** For a partitioned table: no index spans partitions. */
        static final Statements PARTITIONED = of("");

        private static Statements of(String arbiter) {
            return new Statements(INSERT_FORM.formatted("", arbiter), INSERT_FORM.formatted(UNKNOWN, arbiter));
        }
    }

    /** Appends that skip stored events after one was found: more retries are likely to follow. */
    private static final int SKIPPING_APPENDS = 100;

    static final String STORED =
            "SELECT " + EventRow.COLUMNS + " FROM audit_events e WHERE e.event_id = ANY($1::uuid[])";

    /** Stored events that are read and compared at once; at most 6 MiB of metadata. */
    private static final int COMPARED_EVENTS = 100;

    /** Events whose leaves are hashed on the event loop: in 0.4 ms, at 4 µs each. */
    private static final int HASHED_AT_ONCE = 100;

    private static final int MAX_TRIES = 6;

    /** Doubles with each attempt. */
    private static final long FIRST_RETRY_PAUSE_MS = 25;

    private final Vertx vertx;
    private final CurrentPool pool;
    private final Progress progress;
    private final SequencedLeaves leaves;
    private final EventContent content;
    private final LegacyKey legacyKey;
    private final Clock clock;
    private final Sealer sealer = new Sealer();
    private final Statements statements;

    /** The number of further appends that skip stored events. */
    private final AtomicInteger skipping = new AtomicInteger();

    Appends(
            Vertx vertx,
            CurrentPool pool,
            Progress progress,
            SequencedLeaves leaves,
            EventContent content,
            LegacyKey legacyKey,
            Clock clock,
            Statements statements) {
        this.vertx = vertx;
        this.pool = pool;
        this.progress = progress;
        this.leaves = leaves;
        this.content = content;
        this.legacyKey = legacyKey;
        this.clock = clock;
        this.statements = statements;
    }

    Future<List<Outcome>> append(List<AuditEvent> events) {
        Instant now = Timestamps.now(clock);
        Map<UUID, StoredEvent> distinct = sealed(events, now);
        Tuple arrays = EventArrays.of(distinct.values(), now);
        return hashed(distinct.values())
                .compose(hashes -> insert(skipping.get() > 0 ? statements.insertUnknown : statements.insert, arrays, 1)
                        .compose(rows -> {
                            Row added = rows.iterator().next();
                            long[] arrivals = arrivals(added);
                            progress.appended(arrivals);
                            countDownSkipping(arrivals.length < distinct.size());
                            if (arrivals.length == distinct.size()) {
                                // The statement takes arrivals in the order of the events.
                                leaves.appended(arrivals, hashes);
                            }
                            if (arrivals.length == events.size()) {
                                return Future.succeededFuture(captured(distinct.values(), hashes));
                            }
                            Map<UUID, StoredEvent> captured = captured(added, distinct);
                            return outcomes(events, captured, new ArrayList<>(events.size()), new HashSet<>());
                        }));
    }

    /** The first event with each id, as it will be stored. */
    private Map<UUID, StoredEvent> sealed(List<AuditEvent> events, Instant now) {
        Iterator<Seal> seals = sealer.draw(events).iterator();
        Map<UUID, StoredEvent> distinct = new LinkedHashMap<>();
        for (AuditEvent event : events) {
            distinct.putIfAbsent(event.eventId(), new StoredEvent(StoredEvent.UNSEQUENCED, now, event, seals.next()));
        }
        return distinct;
    }

    /**
     * Hashes large batches on a worker, because other clients wait for the event loop. Before they are inserted, so
     * that the hash is there when an event gets its position.
     */
    private Future<List<LeafHash>> hashed(Collection<StoredEvent> events) {
        return events.size() <= HASHED_AT_ONCE
                ? Future.succeededFuture(hashes(events))
                : vertx.executeBlocking(() -> hashes(events), false);
    }

    private static List<LeafHash> hashes(Collection<StoredEvent> events) {
        Leaf leaf = new Leaf();
        return events.stream().map(leaf::hash).toList();
    }

    private static List<Outcome> captured(Collection<StoredEvent> events, List<LeafHash> hashes) {
        List<Outcome> outcomes = new ArrayList<>(events.size());
        for (StoredEvent event : events) {
            outcomes.add(
                    new Outcome.Captured(StoredEvent.UNSEQUENCED, event.receivedAt(), hashes.get(outcomes.size())));
        }
        return outcomes;
    }

    private void countDownSkipping(boolean foundStored) {
        skipping.updateAndGet(left -> foundStored ? SKIPPING_APPENDS : Math.max(0, left - 1));
    }

    private static long[] arrivals(Row added) {
        Long[] arrivals = added.getArrayOfLongs(0);
        return arrivals == null
                ? new long[0]
                : Arrays.stream(arrivals).mapToLong(Long::longValue).toArray();
    }

    /** The statement returns the ids only if not all events were added. */
    private static Map<UUID, StoredEvent> captured(Row added, Map<UUID, StoredEvent> sent) {
        UUID[] some = added.getArrayOfUUIDs(1);
        boolean none = added.getValue(0) == null;
        Collection<UUID> ids = none ? List.of() : some == null ? sent.keySet() : List.of(some);
        Map<UUID, StoredEvent> captured = new HashMap<>(ids.size() * 2);
        ids.forEach(id -> captured.put(id, sent.get(id)));
        return captured;
    }

    /**
     * Two servers that append the same events in different orders may deadlock, and the database rolls one back. An
     * immediate retry could collide again until both give up, so it waits for a random time.
     */
    private Future<RowSet<Row>> insert(String statement, Tuple arrays, int attempt) {
        return pool.get()
                .preparedQuery(statement)
                .execute(arrays)
                .recover(cause -> Failures.isTransient(cause) && attempt < MAX_TRIES
                        ? pause(attempt).compose(waited -> insert(statement, arrays, attempt + 1))
                        : Future.failedFuture(cause));
    }

    private Future<?> pause(int attempt) {
        long longest = FIRST_RETRY_PAUSE_MS << attempt;
        return vertx.timer(ThreadLocalRandom.current().nextLong(longest / 2, longest), TimeUnit.MILLISECONDS);
    }

    private Future<Map<UUID, StoredEvent>> stored(Set<UUID> ids) {
        if (ids.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        return pool.get()
                .preparedQuery(STORED)
                .execute(Tuple.of(ids.toArray(UUID[]::new)))
                .map(rows -> {
                    Map<UUID, StoredEvent> stored = new HashMap<>();
                    for (Row row : rows) {
                        StoredEvent event = EventRow.read(row, legacyKey);
                        stored.put(event.event().eventId(), event);
                    }
                    return stored;
                });
    }

    /**
     * Decides on the events after those that have an outcome, a part at a time: the stored events can be a hundred
     * times as large as those that were sent. Compares on a worker, because clients choose what is compared.
     */
    private Future<List<Outcome>> outcomes(
            List<AuditEvent> events, Map<UUID, StoredEvent> captured, List<Outcome> outcomes, Set<UUID> counted) {
        if (outcomes.size() == events.size()) {
            return Future.succeededFuture(outcomes);
        }
        List<AuditEvent> part =
                events.subList(outcomes.size(), Math.min(outcomes.size() + COMPARED_EVENTS, events.size()));
        Set<UUID> known = new HashSet<>();
        part.forEach(event -> known.add(event.eventId()));
        known.removeAll(captured.keySet());
        return stored(known)
                .compose(stored -> vertx.executeBlocking(() -> decide(part, captured, stored, counted), false))
                .compose(decided -> {
                    outcomes.addAll(decided);
                    return outcomes(events, captured, outcomes, counted);
                });
    }

    private List<Outcome> decide(
            List<AuditEvent> events,
            Map<UUID, StoredEvent> captured,
            Map<UUID, StoredEvent> stored,
            Set<UUID> counted) {
        Leaf leaf = new Leaf();
        List<Outcome> outcomes = new ArrayList<>(events.size());
        for (AuditEvent event : events) {
            StoredEvent added = captured.get(event.eventId());
            if (added != null && counted.add(event.eventId())) {
                outcomes.add(new Outcome.Captured(added.seq(), added.receivedAt(), leaf.hash(added)));
                continue;
            }
            StoredEvent known = added == null ? stored.get(event.eventId()) : added;
            if (known == null) {
                throw new Unavailable("event " + event.eventId() + " conflicted with its append but no longer exists");
            }
            outcomes.add(
                    content.same(event, known)
                            ? new Outcome.Duplicate(known.seq(), known.receivedAt(), leaf.hash(known))
                            : new Outcome.Conflict(known.event().agentInstanceId()));
        }
        return outcomes;
    }
}
