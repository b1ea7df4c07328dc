package dev.sentinel.audit.store.migrate;

import dev.sentinel.audit.event.StoredEvent;
import java.util.List;

/**
 * A read-only view of a log that its server may be writing. Blocking, one thread; failures are
 * {@link dev.sentinel.audit.failure.Failure}s with one line.
 */
public interface LogSource extends AutoCloseable {

    /** The identity of the log, whatever its file name; copies have the same id. */
    String logId();

    /** The highest number of a signed log that was begun with these events; 0 for none. */
    int number();

    /** The position after the current last event. */
    long end();

    /** The number of agents; reads everything. */
    long agents();

    /**
     * Consecutive events from {@code from} to before {@code to}: at least one, and no more than should be in memory at
     * once. Requires {@code from} below {@code to} and {@code to} at most {@link #end}.
     */
    List<StoredEvent> read(long from, long to);

    @Override
    void close();
}
