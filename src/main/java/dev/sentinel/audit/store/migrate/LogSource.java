package dev.sentinel.audit.store.migrate;

import dev.sentinel.audit.event.StoredEvent;
import java.util.List;
import java.util.Map;

/**
 * A log that is copied. Its events are only read, and its server may be writing, if it is a file. Blocking, one thread;
 * failures are {@link dev.sentinel.audit.failure.Failure}s with one line.
 */
public interface LogSource extends AutoCloseable {

    /** The identity of the log, whatever its file name; copies have the same id. */
    String logId();

    /** The highest number of a signed log that was begun with these events; 0 for none. */
    int number();

    /**
     * The public keys that the servers of the log have announced, by number, newest first. None of a file: there the
     * keys themselves lie beside it.
     */
    default Map<Integer, List<String>> verifierKeys() {
        return Map.of();
    }

    /** The position after the current last event. */
    long end();

    /** The number of agents; reads everything. */
    long agents();

    /**
     * Consecutive events from {@code from} to before {@code to}: at least one, and no more than should be in memory at
     * once. Requires {@code from} below {@code to} and {@code to} at most {@link #end}.
     */
    List<StoredEvent> read(long from, long to);

    /**
     * Records that the log goes on in the target, so that no server signs it here any more. For a log whose signing
     * keys say so, there is nothing to record.
     */
    default void leave() {}

    @Override
    void close();
}
