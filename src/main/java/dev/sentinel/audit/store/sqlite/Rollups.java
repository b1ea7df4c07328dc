package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.StatsLevel;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps the sums of the index file. Runs within the transactions of {@link EventIndex}, on its thread.
 *
 * <p>Events that arrive in order are added to their minutes, and spans are summed up when the events have passed them
 * ({@link RollupLevels}). Late events, and those that are scattered over many minutes, would each cost an upsert in
 * every table and at every level. They go to {@link LateEvents}, are added to the sums of six hours and weeks when
 * there are many of them, and to those of minutes and quarters of an hour, which they share with few others, when the
 * server is idle or when there are very many.
 *
 * <p>After every transaction, in every snapshot:
 *
 * <ul>
 *   <li>the sum of a minute or quarter and all late events of that time are together the events of that time;
 *   <li>the sum of six hours or of a week and the late events of that time from their {@code summed_seq} on are
 *       together the events of that time;
 * </ul>
 *
 * as far as the level is summed up. So the answer to a query is exact whatever spans cover its time, and does not
 * depend on when a late event is added to sums. This holds because {@link #add} adds an event either to all sums or to
 * none; because {@link #sumUp} changes a late event's place and the sums in the same transaction, and adds it only to
 * sums that exist; and because a span is summed up from narrower ones without any late events: until six hours are
 * summed up, {@code summed_seq} of their late events is 0.
 *
 * <p>Each statement of a query reads at most {@link Limits#maxUnsummed} late events for all its wide spans. Of each six
 * hours that it covers with narrower ones it reads {@link Limits#maxSummed} more, {@link Limits#maxAllSummed} together,
 * and up to three times if minutes, quarters and again minutes cover them. While events arrive faster than they are
 * summed up, there may be some more: {@link #slices} bounds them.
 */
final class Rollups {
    /**
     * When to do what.
     *
     * @param maxUnsummed late events that a query may have to add to the sums of six hours and weeks
     * @param maxSummed late events of six hours that a query may have to add to the sums of quarters and minutes
     * @param maxAllSummed such late events of all times
     * @param maxSpans six hours that may have late events, since each takes memory; more than {@code few}
     * @param few fewer late events are left alone: adding them to the sums would cost more than reading them
     * @param slice late events that one transaction adds to sums
     * @param maxRows rows of each table and level that one transaction sums up
     * @param dense events of a batch that are worth the sums of their minute
     * @param maxMinutes a batch with more minutes that are not summed up is not in order
     */
    record Limits(
            int maxUnsummed,
            int maxSummed,
            int maxAllSummed,
            int maxSpans,
            int few,
            int slice,
            int maxRows,
            int dense,
            int maxMinutes) {
        /** A query reads 15,000 late events in 70 ms, a transaction takes about 30 ms, the spans take 3 MiB. */
        static final Limits DEFAULT = new Limits(15_000, 20_000, 60_000, 20_000, 1_000, 3_000, 5_000, 100, 64);
    }

    private static final Set<StatsLevel> ALL = Set.of(StatsLevel.values());
    private static final Set<StatsLevel> NARROW = Set.of(StatsLevel.MINUTE, StatsLevel.QUARTER);
    private static final Set<StatsLevel> WIDE = Set.of(StatsLevel.SIX_HOURS, StatsLevel.WEEK);

    private final Limits limits;
    private final RollupWriter writer;
    private final RollupLevels levels;
    private final LateEvents late;

    Rollups(Connection connection) throws SQLException {
        this(connection, Limits.DEFAULT);
    }

    Rollups(Connection connection, Limits limits) throws SQLException {
        this.limits = limits;
        this.writer = new RollupWriter(connection);
        this.levels = new RollupLevels(connection);
        this.late = new LateEvents(connection, limits.maxSpans);
        connection.commit();
    }

    /**
     * Adds the events of a batch, and sums up a slice of the spans that they have passed.
     *
     * @param nowMinute spans after it are not summed up: a client's clock may be wrong
     */
    void add(List<RollupSums.Event> events, long nowMinute) throws SQLException {
        Map<Long, Integer> counts = new HashMap<>();
        events.forEach(event -> counts.merge(event.minute(), 1, Integer::sum));
        boolean scattered =
                counts.keySet().stream().filter(minute -> !isSummedUp(minute)).count() > limits.maxMinutes;
        RollupSums sums = sums(ALL);
        List<RollupSums.Event> others = new ArrayList<>();
        for (RollupSums.Event event : events) {
            boolean inOrder = !scattered && !isSummedUp(event.minute());
            if (inOrder || counts.get(event.minute()) >= limits.dense) {
                sums.add(event);
            } else {
                others.add(event);
            }
        }
        // Late events of new times when there are too many times: they cost more, and no memory.
        late.add(others).forEach(sums::add);
        writer.add(sums);
        levels.reach(Math.min(nowMinute, reached(events, scattered)));
        levels.advance(limits.maxRows);
    }

    /** Quarters are summed up first. */
    private boolean isSummedUp(long minute) {
        return minute < levels.summedUntil(StatsLevel.QUARTER);
    }

    /**
     * The minute that the events have reached: of events that arrive roughly in order, the median, so that few of the
     * next ones are late. Of scattered events, half would be after it forever, so it is the newest.
     */
    private static long reached(List<RollupSums.Event> events, boolean scattered) {
        long[] sorted =
                events.stream().mapToLong(RollupSums.Event::minute).sorted().toArray();
        return sorted[scattered ? sorted.length - 1 : sorted.length / 2];
    }

    /** Whether queries would have to read more late events than they should. */
    boolean isFull() {
        return late.unsummed() > limits.maxUnsummed
                || late.summed() > limits.maxAllSummed
                || late.mostSummed(limits.maxSummed).isPresent();
    }

    /** Whether {@link #sumUp} should run even under load: what is not summed up makes queries slower. */
    boolean isUrgent() {
        return isFull() || levels.isBehind();
    }

    /** Whether {@link #sumUp} has something to do that is worth a transaction. */
    boolean isBehind() {
        return isUrgent()
                || late.unsummed() >= limits.few
                || late.mostSummed(limits.few).isPresent()
                || late.isFull();
    }

    /**
     * How often {@link #sumUp} should run, while {@link #isFull}, after a batch of this many events. An event takes
     * part in at most two of them, so what is left to sum up does not grow, and no batch waits long for the one before.
     */
    int slices(int events) {
        return 2 * ((events + limits.slice - 1) / limits.slice);
    }

    /** Does a bounded part of what is left to sum up, most urgent first. */
    void sumUp() throws SQLException {
        if (late.unsummed() > limits.maxUnsummed) {
            addUnsummed(limits.slice);
        } else if (late.mostSummed(limits.maxSummed).isPresent()) {
            addSummed(limits.maxSummed, limits.slice);
        } else if (late.summed() > limits.maxAllSummed) {
            addSummed(1, limits.slice);
        } else if (levels.isBehind()) {
            levels.advance(limits.maxRows);
        } else if (late.unsummed() >= limits.few) {
            addUnsummed(limits.slice);
        } else if (late.mostSummed(limits.few).isPresent()) {
            addSummed(limits.few, limits.slice);
        } else if (late.isFull()) {
            addSummed(1, limits.slice);
        }
    }

    /** Adds events that are in no sum to those of six hours and weeks, or to all if those do not exist yet. */
    private void addUnsummed(int max) throws SQLException {
        RollupSums wide = sums(WIDE);
        RollupSums all = sums(ALL);
        int left = max;
        for (long span : late.unsummedSpans()) {
            if (left == 0) {
                break;
            }
            boolean exists = span < levels.summedUntil(StatsLevel.SIX_HOURS);
            List<RollupSums.Event> events = exists ? late.sumUnsummed(span, left) : late.takeUnsummed(span, left);
            events.forEach(exists ? wide::add : all::add);
            left -= events.size();
        }
        writer.add(wide);
        writer.add(all);
    }

    /** Adds events that are in the sums of six hours and weeks to the others, of spans with at least {@code min}. */
    private void addSummed(int min, int max) throws SQLException {
        RollupSums narrow = sums(NARROW);
        int left = max;
        Optional<Long> span = late.mostSummed(min);
        while (left > 0 && span.isPresent()) {
            List<RollupSums.Event> events = late.takeSummed(span.get(), left);
            events.forEach(narrow::add);
            left -= events.size();
            span = late.mostSummed(min);
        }
        writer.add(narrow);
    }

    private RollupSums sums(Set<StatsLevel> of) {
        return new RollupSums(of, levels::summedUntil);
    }
}
