package dev.sentinel.audit.store;

import io.vertx.core.Future;

/**
 * Stores events in an append-only log with indexes. Only the owner, which opens and closes the store, uses this type;
 * everything else uses the port that it needs.
 */
public interface EventStore extends EventAppender, LogReader, EventFinder, Summaries, StoreHealth, LeafFeed, SignedLog {

    /**
     * Makes everything durable and releases all resources. Idempotent. No other method may be called afterwards, and
     * appends and queries that are under way MAY fail.
     */
    Future<Void> close();
}
