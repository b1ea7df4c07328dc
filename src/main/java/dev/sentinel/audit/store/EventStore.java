package dev.sentinel.audit.store;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.failure.Overloaded;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongConsumer;

/**
 * Where events are kept: an append-only log with indexes.
 *
 * <p>Any method may be called on any thread; Futures complete on the caller's Vert.x context. Failures are
 * {@link Failure}s. A query that starts after an append has succeeded sees its events.
 */
public interface EventStore {

    /**
     * Appends events in order. The Future MUST NOT succeed before the captured events are durable (fsync). The same
     * event twice, in the store or within the list, is stored once. At most {@link #parallelAppends} may be under way.
     *
     * @return one outcome an event, in the order of the events. {@link Overloaded} means that nothing was accepted; any
     *     other failure means <em>unknown</em>: callers may send the same events again.
     */
    Future<List<Outcome>> append(List<AuditEvent> events);

    /**
     * How many appends the caller may have under way, at least 1. Events of one of them have no order to those of
     * another.
     */
    int parallelAppends();

    Future<Optional<StoredEvent>> find(UUID eventId);

    /**
     * Events of the log in the order of their positions, beginning with one: at most so many, of large events fewer,
     * but at least one if there is one. Events that are not sequenced are not among them; what is once read stays as it
     * is.
     */
    Future<List<StoredEvent>> read(long fromSeq, int limit);

    /**
     * Tells, from now on, up to which position (exclusive) {@link #read} finds events, soon after that has grown,
     * whichever server has appended them. Positions may be left out, never go back, and come on any thread, where
     * nothing may block.
     */
    void onSequenced(LongConsumer listener);

    /**
     * A number to look back from: every event whose append has succeeded before the call has a smaller arrival
     * ({@link Position#arrival}), and every event whose append begins after this has succeeded has not.
     */
    Future<Long> snapshotBound();

    /**
     * One page of a search, of a few megabytes at most. May hold fewer events than the limit, or none, and still have a
     * next position.
     */
    Future<FoundEvents> search(EventQuery query);

    /**
     * One page of a search within the events of one agent, whatever agents the query names, and how many events that
     * agent has.
     */
    Future<AgentEvents> agentEvents(String agentInstanceId, EventQuery query);

    /**
     * What is known of one agent; empty if it never sent an event. Exact, and independent of how many events there are.
     */
    Future<Optional<AgentSummary>> agent(String agentInstanceId);

    /**
     * Agents in the order of their ids (by UTF-8 bytes).
     *
     * @param prefix with which the ids begin; empty for all
     * @param after the last id of the page before, or empty
     */
    Future<Page<AgentSummary, String>> agents(String prefix, Optional<String> after, int limit);

    /**
     * What is known of one trace; empty if no event names it.
     *
     * @param agentPrefix only events of agents whose ids begin with this count; empty for all
     */
    Future<Optional<TraceSummary>> trace(String traceId, String agentPrefix);

    /** Figures of a span of time. Costs as much as the answer is long, however many events it tells of. */
    Future<Stats> stats(StatsQuery query);

    /** Figures for metrics and health; no I/O, any thread. */
    StoreStatus status();

    /** Writes something and makes it durable, to learn whether the store can. */
    Future<Void> probe();

    /** Makes everything durable and releases it. Idempotent; no other method may be called afterwards. */
    Future<Void> close();
}
