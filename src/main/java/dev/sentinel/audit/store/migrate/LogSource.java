package dev.sentinel.audit.store.migrate;

import dev.sentinel.audit.event.StoredEvent;
import java.util.List;

/**
 * A log to be read, whose server may be writing it. Blocking, one thread; failures are
 * {@link dev.sentinel.audit.failure.Failure}s of one line. Changes nothing.
 */
public interface LogSource extends AutoCloseable {

    /** Which log this is, whatever its file is called; copies of it have the same. */
    String logId();

    /** The position behind the last event, now. */
    long end();

    /** How many agents there are; reads everything. */
    long agents();

    /**
     * Events in the order of their positions, without a gap from {@code from} on and before {@code to}: at least one,
     * and no more than are to be in memory at once. Both positions are below {@link #end}, or {@code to} is it.
     */
    List<StoredEvent> read(long from, long to);

    @Override
    void close();
}
