package dev.sentinel.audit.store;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.failure.Overloaded;
import io.vertx.core.Future;
import java.util.List;

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
}
