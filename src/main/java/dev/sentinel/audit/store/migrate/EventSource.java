package dev.sentinel.audit.store.migrate;

import dev.sentinel.audit.event.AuditEvent;
import java.util.List;
import java.util.Optional;

/**
 * A read-only source of rows that may be valid events. Rows may be added while it is read. Positions grow and may have
 * gaps. Blocking, one thread; failures are {@link dev.sentinel.audit.failure.Failure}s with one line.
 */
public interface EventSource extends AutoCloseable {

    /** A row that is a valid event. */
    record Row(long position, AuditEvent event) {}

    /**
     * A row that is not a valid event.
     *
     * @param reason a phrase that contains no values of the row
     * @param event the values of the row as the JSON of an event that a client would send, for a repair; without
     *     secrets that were recognized
     */
    record Refused(long position, String reason, String event) {}

    /**
     * A row that is a valid event after a change.
     *
     * @param change a phrase that contains no values of the row
     * @param event as in {@link Refused}
     */
    record Changed(long position, String change, String event) {}

    /**
     * A slice of rows, each kind in the order of positions.
     *
     * @param changed those of the events that differ from their rows
     * @param next the position of the next slice; the start of this one if there are no more rows
     */
    record Rows(List<Row> events, List<Refused> refused, List<Changed> changed, long next) {
        public Rows {
            events = List.copyOf(events);
            refused = List.copyOf(refused);
            changed = List.copyOf(changed);
        }

        int size() {
            return events.size() + refused.size();
        }
    }

    /** The identity of the source, the same in all runs. */
    String id();

    /** The position after the current last row. */
    long end();

    /** The number of rows from {@code from} to before {@code to}. */
    long count(long from, long to);

    /** The number of agents; reads everything. */
    long agents();

    /** Rows from {@code from} to before {@code to}, as many as should be in memory at once. */
    Rows read(long from, long to);

    /** The unchanged event id of the last row before a position; empty if there is none. */
    Optional<String> idBefore(long position);

    @Override
    void close();
}
