package dev.sentinel.audit.store;

import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.failure.Failure;
import io.vertx.core.Future;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/**
 * Reads the log in the order of its positions ({@link StoredEvent#seq}), and knows its end. Any thread. An event that
 * has no position yet is not part of the log. Once an event can be read, it MUST stay readable, unchanged, at the same
 * position.
 */
public interface LogReader {

    /**
     * Reads events in the order of their positions, starting at {@code fromSeq}.
     *
     * @return at most {@code limit} events, fewer if they are large, on the caller's Vert.x context. The list MUST NOT
     *     be empty if there is an event at or behind {@code fromSeq}. The future fails with a {@link Failure}; the
     *     caller may retry.
     */
    Future<List<StoredEvent>> read(long fromSeq, int limit);

    /**
     * The position after the last event that {@link #read} finds, as far as this process knows: another process may
     * have appended more. MUST NOT block, do I/O or decrease.
     */
    long end();

    /**
     * The number of events from the first position on that include each one below a snapshot bound. Empty as long as
     * one of these may have no position yet; it soon has. MUST NOT block or do I/O.
     *
     * @param snapshotBound of {@link EventFinder#snapshotBound}
     */
    OptionalLong sizeCovering(long snapshotBound);

    /**
     * Adds a listener that is called with {@link #end} soon after the log has grown, even if another process has
     * appended. Calls MAY be left out, and MAY come on any thread, so the listener MUST NOT block. There is no way to
     * remove it: it lives as long as the store.
     */
    void onSequenced(LongConsumer listener);
}
