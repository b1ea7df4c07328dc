package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.StatsLevel;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The tables of the events that are not in all sums of their time yet: {@code late_events}, and {@code late_spans} with
 * a row for each six hours that have such events. Of each span, the events before {@code summed_seq} are in the sums of
 * six hours and of weeks. Runs within the transactions of {@link EventIndex}, on its thread.
 *
 * <p>In memory it keeps a few numbers for each span, so the number of spans is bounded: clients choose the times of
 * their events, and a thousand years have a million spans.
 */
final class LateEvents {
    /** The events of six hours. */
    private static final class Span {
        private final long minute;
        private long summedSeq;
        private long events;
        private long unsummed;

        private Span(long minute) {
            this.minute = minute;
        }

        private long summed() {
            return events - unsummed;
        }
    }

    private static final Comparator<Span> BY_SUMMED =
            Comparator.comparingLong(Span::summed).thenComparingLong(span -> span.minute);

    /** Spans share their pages with few others, so a batch touches few pages. */
    private static final Comparator<RollupSums.Event> BY_SPAN = Comparator.<RollupSums.Event>comparingLong(
                    event -> StatsLevel.SIX_HOURS.floor(event.minute()))
            .thenComparingLong(RollupSums.Event::seq);

    private static final String COLUMNS = "seq, minute, agent_key, kind, bin, resource";

    private final int maxSpans;
    private final Map<Long, Span> spans = new HashMap<>();

    /** Those with events that are in some of the sums. Ordered, because every batch asks several times for the last. */
    private final TreeSet<Span> withSummed = new TreeSet<>(BY_SUMMED);

    private final PreparedStatement insert;
    private final PreparedStatement select;
    private final PreparedStatement delete;
    private final PreparedStatement writeSpan;
    private final PreparedStatement deleteSpan;
    private long unsummed;
    private long summed;

    LateEvents(Connection connection, int maxSpans) throws SQLException {
        this.maxSpans = maxSpans;
        this.insert =
                connection.prepareStatement("INSERT INTO late_events (span, " + COLUMNS + ") VALUES (?,?,?,?,?,?,?)");
        this.select = connection.prepareStatement(
                "SELECT " + COLUMNS + " FROM late_events WHERE span = ? AND seq >= ? AND seq < ? ORDER BY seq LIMIT ?");
        this.delete = connection.prepareStatement("DELETE FROM late_events WHERE span = ? AND seq <= ?");
        this.writeSpan = connection.prepareStatement("INSERT OR REPLACE INTO late_spans VALUES (?,?,?,?)");
        this.deleteSpan = connection.prepareStatement("DELETE FROM late_spans WHERE span = ?");
        try (PreparedStatement all =
                        connection.prepareStatement("SELECT span, summed_seq, events, unsummed FROM late_spans");
                ResultSet rows = all.executeQuery()) {
            while (rows.next()) {
                Span span = spans.computeIfAbsent(rows.getLong(1), Span::new);
                span.summedSeq = rows.getLong(2);
                count(span, rows.getLong(3), rows.getLong(4));
            }
        }
    }

    /** The number of events that are in no sum. */
    long unsummed() {
        return unsummed;
    }

    /** The number of events that are in some of the sums. */
    long summed() {
        return summed;
    }

    /** Whether {@link #add} takes only events of spans that have others. */
    boolean isFull() {
        return spans.size() >= maxSpans;
    }

    /** Adds events that follow all others in the log. Returns those of spans for which there is no room. */
    List<RollupSums.Event> add(List<RollupSums.Event> events) throws SQLException {
        Map<Long, Span> changed = new HashMap<>();
        List<RollupSums.Event> others = new ArrayList<>();
        for (RollupSums.Event event : events.stream().sorted(BY_SPAN).toList()) {
            long minute = StatsLevel.SIX_HOURS.floor(event.minute());
            if (isFull() && !spans.containsKey(minute)) {
                others.add(event);
                continue;
            }
            Span span = spans.computeIfAbsent(minute, Span::new);
            changed.put(span.minute, span);
            count(span, span.events + 1, span.unsummed + 1);
            insert.setLong(1, span.minute);
            insert.setLong(2, event.seq());
            insert.setLong(3, event.minute());
            insert.setLong(4, event.agentKey());
            insert.setInt(5, event.kind());
            insert.setInt(6, event.bin());
            insert.setString(7, event.resource());
            insert.addBatch();
        }
        insert.executeBatch();
        for (Span span : changed.values()) {
            write(span);
        }
        return others;
    }

    /** The spans of events that are in no sum; those with the most first: they share most of their sums. */
    List<Long> unsummedSpans() {
        return spans.values().stream()
                .filter(span -> span.unsummed > 0)
                .sorted(Comparator.<Span>comparingLong(span -> span.unsummed).reversed())
                .map(span -> span.minute)
                .toList();
    }

    /** The span with the most events that are in some of the sums, if they are at least {@code min}. */
    Optional<Long> mostSummed(int min) {
        return withSummed.isEmpty() || withSummed.last().summed() < min
                ? Optional.empty()
                : Optional.of(withSummed.last().minute);
    }

    /**
     * Returns the next events of a span that are in no sum, and records that they are in those of six hours and weeks.
     */
    List<RollupSums.Event> sumUnsummed(long minute, int max) throws SQLException {
        Span span = spans.get(minute);
        List<RollupSums.Event> events = read(span, span.summedSeq, Long.MAX_VALUE, max);
        span.summedSeq = last(events) + 1;
        count(span, span.events, span.unsummed - events.size());
        write(span);
        return events;
    }

    /** Removes and returns the next events of a span that are in no sum. The span must have no others. */
    List<RollupSums.Event> takeUnsummed(long minute, int max) throws SQLException {
        Span span = spans.get(minute);
        List<RollupSums.Event> events = read(span, 0, Long.MAX_VALUE, max);
        remove(span, events, span.unsummed - events.size());
        return events;
    }

    /** Removes and returns the next events of a span that are in the sums of six hours and weeks. */
    List<RollupSums.Event> takeSummed(long minute, int max) throws SQLException {
        Span span = spans.get(minute);
        List<RollupSums.Event> events = read(span, 0, span.summedSeq, max);
        remove(span, events, span.unsummed);
        return events;
    }

    /** Never empty: it is called only if the numbers of the span say that there are such events. */
    private List<RollupSums.Event> read(Span span, long fromSeq, long endSeq, int max) throws SQLException {
        select.setLong(1, span.minute);
        select.setLong(2, fromSeq);
        select.setLong(3, endSeq);
        select.setInt(4, max);
        List<RollupSums.Event> events = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                events.add(new RollupSums.Event(
                        rows.getLong(2),
                        rows.getLong(1),
                        rows.getLong(3),
                        rows.getInt(4),
                        rows.getInt(5),
                        rows.getString(6)));
            }
        }
        if (events.isEmpty()) {
            throw new IllegalStateException("late events are missing");
        }
        return events;
    }

    private void remove(Span span, List<RollupSums.Event> events, long left) throws SQLException {
        delete.setLong(1, span.minute);
        delete.setLong(2, last(events));
        delete.executeUpdate();
        count(span, span.events - events.size(), left);
        write(span);
    }

    /** Sets the numbers of a span. */
    private void count(Span span, long newEvents, long newUnsummed) {
        withSummed.remove(span);
        unsummed += newUnsummed - span.unsummed;
        summed -= span.summed();
        span.events = newEvents;
        span.unsummed = newUnsummed;
        summed += span.summed();
        if (span.summed() > 0) {
            withSummed.add(span);
        }
    }

    private static long last(List<RollupSums.Event> events) {
        return events.get(events.size() - 1).seq();
    }

    private void write(Span span) throws SQLException {
        if (span.events == 0) {
            spans.remove(span.minute);
            deleteSpan.setLong(1, span.minute);
            deleteSpan.executeUpdate();
            return;
        }
        writeSpan.setLong(1, span.minute);
        writeSpan.setLong(2, span.summedSeq);
        writeSpan.setLong(3, span.events);
        writeSpan.setLong(4, span.unsummed);
        writeSpan.executeUpdate();
    }
}
