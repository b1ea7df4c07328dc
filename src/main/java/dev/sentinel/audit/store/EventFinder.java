package dev.sentinel.audit.store;

import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.failure.Overloaded;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.UUID;

/**
 * Finds events by their content. Any thread; futures complete on the caller's Vert.x context. A query that starts after
 * an append has succeeded MUST see the events of that append.
 *
 * <p>Every future fails with a {@link Failure}: {@link Overloaded} if too many queries wait already, any other if the
 * store cannot answer now. A query changes nothing, so the caller may always retry.
 */
public interface EventFinder {

    /** Finds the event with this id; empty if there is none. */
    Future<Optional<StoredEvent>> find(UUID eventId);

    /**
     * Finds one page of events. The page MUST NOT be larger than a few megabytes, except if a single event is. It MAY
     * hold fewer events than the limit, or none, and still name a next position.
     */
    Future<FoundEvents> search(EventQuery query);

    /**
     * Finds one page of the events of one agent, and counts all events of that agent.
     *
     * @param query its filter by agent ids is ignored
     */
    Future<AgentEvents> agentEvents(String agentInstanceId, EventQuery query);

    /**
     * A bound for a series of queries that must see the same events. Every event whose append has succeeded before the
     * call MUST have a smaller row id ({@link Position#rowId}); every event whose append begins after the future has
     * succeeded MUST NOT.
     */
    Future<Long> snapshotBound();

    /**
     * A text that changes whenever the answer to any query may: while it is the same, so are the answers. It MUST be
     * another one once an append has succeeded, and MUST NOT be one of before after the store was opened again or its
     * data was restored. Opaque; the same for all servers of a store, if several can use it.
     */
    Future<String> revision();
}
