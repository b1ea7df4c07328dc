package dev.sentinel.audit.store;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.failure.Overloaded;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Adds events to the log. Any thread. The caller MUST NOT have more than {@link #parallelAppends} appends under way.
 */
public interface EventAppender {

    /**
     * Appends events in order. An event that is already stored, or is twice in the list, MUST be stored once. One event
     * MUST NOT make its neighbors fail.
     *
     * @return one outcome for each event, in the order of the events, on the caller's Vert.x context. The future MUST
     *     NOT succeed before the captured events are durable (fsync). It fails with a {@link Failure}:
     *     {@link Overloaded} MUST mean that nothing was accepted; any other failure means <em>unknown</em>, and the
     *     caller may send the same events again.
     */
    Future<List<Outcome>> append(List<AuditEvent> events);

    /**
     * The number of appends that the caller may have under way: at least 1, the same number at every call, known
     * without I/O. Events of concurrent appends have no defined order.
     */
    int parallelAppends();

    /**
     * The context of the thread that writes; empty if a database server writes. A caller on this context saves two hops
     * between threads an append: it blocks there until the events are durable, and the future that it gets is complete.
     * Always the same.
     */
    Optional<Context> writerContext();
}
