package dev.sentinel.audit.store.migrate;

import dev.sentinel.audit.event.AuditEvent;
import java.util.List;
import java.util.Optional;

/**
 * Rows that are events, perhaps, and may get more while they are read. Positions grow and may have gaps. Blocking, one
 * thread; failures are {@link dev.sentinel.audit.failure.Failure}s of one line. Changes nothing.
 */
public interface EventSource extends AutoCloseable {

    /** A row that is an event. */
    record Row(long position, AuditEvent event) {}

    /**
     * A row that is none.
     *
     * @param reason a phrase without values of the row
     */
    record Refused(long position, String reason) {}

    /**
     * Some rows, of each kind in the order of positions.
     *
     * @param next where the following ones begin; where these began if there are no more
     */
    record Rows(List<Row> events, List<Refused> refused, long next) {
        public Rows {
            events = List.copyOf(events);
            refused = List.copyOf(refused);
        }

        int size() {
            return events.size() + refused.size();
        }
    }

    /** Which source this is, in all runs. */
    String id();

    /** Behind the last row, now. */
    long end();

    /** How many rows there are from one position to before another. */
    long count(long from, long to);

    /** How many agents there are; reads everything. */
    long agents();

    /** The rows from a position on and before another, as many as are to be in memory at once. */
    Rows read(long from, long to);

    /** The event id of the last row before a position, as it stands there; empty if there is none. */
    Optional<String> idBefore(long position);

    @Override
    void close();
}
