package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.store.StatsLevel;
import dev.sentinel.audit.store.StatsQuery;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the watermark over one connection; see the package description. One thread; one step at a time.
 *
 * <p>Two instances may run at once without harm: a step changes nothing unless the watermark is still where the step
 * began.
 */
final class Sequence {
    private static final Logger LOG = LoggerFactory.getLogger(Sequence.class);

    /** Arrivals processed in one step: tens of milliseconds. */
    static final int STEP = 10_000;

    private static final String WATERMARK = "SELECT next_arrival, next_seq FROM audit_progress";

    /** Ranges of arrivals without gaps, as first, last and count. */
    private static final String ISLANDS = """
            SELECT min(arrival), max(arrival), count(*) FROM (
              SELECT arrival, arrival - row_number() OVER (ORDER BY arrival) AS island FROM (
                SELECT arrival FROM audit_events WHERE arrival >= $1 ORDER BY arrival LIMIT $2) next) numbered
            GROUP BY island ORDER BY 1""";

    /**
     * The transactions that may still make events visible that were invisible when this statement began. A transaction
     * keeps this identifier when it is prepared.
     */
    private static final String INSERTING = """
            SELECT DISTINCT virtualtransaction FROM pg_locks
            WHERE locktype = 'relation' AND relation = 'audit_events'::regclass AND mode = 'RowExclusiveLock'
              AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())""";

    /**
     * One statement, so that it takes one round trip. Every part depends on the first, which does nothing if another
     * server has moved the watermark.
     */
    private static final String MOVE = """
            WITH moved AS (
              UPDATE audit_progress SET next_arrival = $2, next_seq = $3 WHERE next_arrival = $1 RETURNING %1$s),
            added AS MATERIALIZED (
              SELECT agent_instance_id, actor, action_type, status, timestamp, resource, latency_ms, %2$s AS minute
              FROM audit_events WHERE arrival >= $1 AND arrival < $2 AND (SELECT true FROM moved)),
            runs AS (
              INSERT INTO audit_sequence_runs (first_arrival, first_seq)
              SELECT run.first_arrival, run.first_seq
              FROM unnest($4::bigint[], $5::bigint[]) AS run(first_arrival, first_seq) CROSS JOIN moved),
            %3$s,
            agents AS (
              INSERT INTO audit_agents AS known (agent_instance_id, total, errors, first_seen, last_seen)
              SELECT agent_instance_id, sum(events), coalesce(sum(error), 0), min(first_seen), max(last_seen)
              FROM by_agent WHERE level = 0 GROUP BY agent_instance_id
              ON CONFLICT (agent_instance_id) DO UPDATE SET
                total = known.total + excluded.total,
                errors = known.errors + excluded.errors,
                first_seen = least(known.first_seen, excluded.first_seen),
                last_seen = greatest(known.last_seen, excluded.last_seen))
            SELECT pg_notify($6, $7), %1$s,
              (SELECT minute FROM (
                SELECT minute, sum(events) OVER (ORDER BY minute) AS up_to, sum(events) OVER () AS events
                FROM by_agent WHERE level = 0) passed
                WHERE up_to * 2 >= events ORDER BY minute LIMIT 1) AS newest_minute
            FROM moved""".formatted(Rollups.levelColumns(), Rollups.MINUTE, Rollups.parts("$8"));

    private static final Integer[] BINS = Rollups.bins();

    /** The timeout of each of the few statements: all together must take less than a step may. */
    private static final String SUM_UP_IN_TIME =
            "SELECT set_config('statement_timeout', (setting::int / 8)::text, true)"
                    + " FROM pg_settings WHERE name = 'statement_timeout'";

    /** The result of a step. */
    enum Result {
        /** There is nothing above the watermark. */
        IDLE,
        /** The watermark has moved. */
        MOVED,
        /** The watermark has not moved: running transactions may still fill a gap. */
        WAITING,
        /** The next step will move the watermark. */
        MORE
    }

    /** Called when consecutive arrivals have got their positions. */
    @FunctionalInterface
    interface Listener {
        void sequenced(long firstArrival, long count, long firstSeq);
    }

    private record Island(long first, long last, long count) {}

    /** Events that get positions from this one on. */
    private record Passed(Island island, long firstSeq) {}

    /** A gap below may still be filled while one of these transactions runs. */
    private record PendingGaps(long below, Set<String> transactions) {
        PendingGaps {
            transactions = Set.copyOf(transactions);
        }
    }

    private final SqlConnection connection;
    private final String channel;
    private final Listener listener;
    private final Clock clock;
    private Watermark watermark;
    private @Nullable PendingGaps pendingGaps;
    private long resolvedBelow;

    /** Nothing is summed up until the events have reached this minute. */
    private long sumUpFrom = StatsLevel.NEVER;

    private Sequence(SqlConnection connection, String channel, Watermark watermark, Listener listener, Clock clock) {
        this.connection = connection;
        this.channel = channel;
        this.listener = listener;
        this.clock = clock;
        this.watermark = watermark;
    }

    /** Starts at the database's watermark. Each move sends a notification that {@link #parseWatermark} reads. */
    static Future<Sequence> of(SqlConnection connection, String channel, Clock clock) {
        return of(connection, channel, (firstArrival, count, firstSeq) -> {}, clock);
    }

    /** As the other method, with somebody who wants to know the positions. */
    static Future<Sequence> of(SqlConnection connection, String channel, Listener listener, Clock clock) {
        return watermark(connection).map(watermark -> new Sequence(connection, channel, watermark, listener, clock));
    }

    static Future<Watermark> watermark(SqlConnection connection) {
        return connection.preparedQuery(WATERMARK).execute().map(rows -> {
            Row row = rows.iterator().next();
            return new Watermark(row.getLong(0), row.getLong(1));
        });
    }

    /** Reads the payload of a notification. */
    static Watermark parseWatermark(String payload) {
        int space = payload.indexOf(' ');
        return new Watermark(Long.parseLong(payload.substring(0, space)), Long.parseLong(payload.substring(space + 1)));
    }

    Watermark watermark() {
        return watermark;
    }

    /** Moves the watermark as far as possible, by at most {@link #STEP} events. */
    Future<Result> step() {
        // Gaps that are resolved during this step do not help it: it has read the islands before.
        long resolved = resolvedBelow;
        return connection
                .preparedQuery(ISLANDS)
                .execute(Tuple.of(watermark.nextArrival(), (long) STEP))
                .compose(rows -> {
                    List<Island> islands = new ArrayList<>();
                    rows.forEach(row -> islands.add(new Island(row.getLong(0), row.getLong(1), row.getLong(2))));
                    return move(islands, resolved)
                            .compose(moved -> resolveGaps(islands).map(found -> found ? Result.MORE : moved));
                });
    }

    /** Finds out, over several steps, which gaps are permanent; true if this step found more of them. */
    private Future<Boolean> resolveGaps(List<Island> islands) {
        if (islands.isEmpty()
                || islands.get(islands.size() - 1).first <= Math.max(resolvedBelow, watermark.nextArrival())) {
            return Future.succeededFuture(false);
        }
        long below = islands.get(islands.size() - 1).first;
        return connection.preparedQuery(INSERTING).execute().map(rows -> {
            Set<String> inserting = new HashSet<>();
            rows.forEach(row -> inserting.add(row.getString(0)));
            PendingGaps pending = pendingGaps == null
                    ? new PendingGaps(below, inserting)
                    : new PendingGaps(pendingGaps.below, intersection(pendingGaps.transactions, inserting));
            boolean resolved = pending.transactions.isEmpty();
            if (resolved) {
                resolvedBelow = pending.below;
            }
            pendingGaps = resolved ? null : pending;
            return resolved;
        });
    }

    private static Set<String> intersection(Set<String> one, Set<String> other) {
        return one.stream().filter(other::contains).collect(Collectors.toUnmodifiableSet());
    }

    private Future<Result> move(List<Island> islands, long resolved) {
        long nextArrival = watermark.nextArrival();
        long nextSeq = watermark.nextSeq();
        long seen = 0;
        List<Long> runArrivals = new ArrayList<>();
        List<Long> runSeqs = new ArrayList<>();
        List<Passed> passed = new ArrayList<>();
        boolean blocked = false;
        for (Island island : islands) {
            seen += island.count;
            boolean gap = island.first > nextArrival;
            blocked |= gap && island.first > resolved;
            if (blocked) {
                continue;
            }
            if (gap || nextSeq == 0) {
                runArrivals.add(island.first);
                runSeqs.add(nextSeq);
            }
            passed.add(new Passed(island, nextSeq));
            nextArrival = island.last + 1;
            nextSeq += island.count;
        }
        if (nextArrival == watermark.nextArrival()) {
            return Future.succeededFuture(islands.isEmpty() ? Result.IDLE : Result.WAITING);
        }
        Watermark reached = new Watermark(nextArrival, nextSeq);
        Result result = seen == STEP ? Result.MORE : Result.MOVED;
        return connection
                .preparedQuery(MOVE)
                .execute(Tuple.of(
                        watermark.nextArrival(),
                        nextArrival,
                        nextSeq,
                        runArrivals.toArray(Long[]::new),
                        runSeqs.toArray(Long[]::new),
                        channel,
                        nextArrival + " " + nextSeq,
                        BINS))
                .compose(moved -> {
                    if (moved.size() == 0) {
                        return watermark(connection);
                    }
                    passed.forEach(each -> listener.sequenced(each.island.first, each.island.count, each.firstSeq));
                    return sumUp(moved.iterator().next()).map(reached);
                })
                .map(now -> {
                    watermark = now;
                    return result;
                });
    }

    /**
     * Runs a few times per quarter of an hour of events. It must not delay the order of events: if it times out, it is
     * retried with later events, and queries read narrower spans until then.
     */
    private Future<Void> sumUp(Row moved) {
        // The median minute of the step, but never later than our clock: a client's clock may be wrong and must not
        // cause spans to be summed up early.
        long newestMinute = Math.min(moved.getLong("newest_minute"), StatsQuery.minuteOf(clock.instant()));
        Optional<SumUp> next =
                newestMinute < sumUpFrom ? Optional.empty() : SumUp.next(Rollups.summedUntil(moved), newestMinute);
        return next.isEmpty() ? Future.succeededFuture() : sumUp(next.get(), newestMinute);
    }

    private Future<Void> sumUp(SumUp next, long newestMinute) {
        return connection
                .begin()
                .compose(transaction -> connection
                        .query(SUM_UP_IN_TIME)
                        .execute()
                        .compose(limited -> Rollups.sumUp(connection, next))
                        .compose(done -> transaction.commit())
                        .recover(cause -> {
                            LOG.warn(
                                    "rollup not summed up span={} from_minute={} effect=\"/v1/stats takes longer\""
                                            + " cause=\"{}\"",
                                    next.level(),
                                    next.from(),
                                    Failures.reason(cause));
                            sumUpFrom = newestMinute + StatsLevel.QUARTER.minutes();
                            return transaction.rollback();
                        }));
    }
}
