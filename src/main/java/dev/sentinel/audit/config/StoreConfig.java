package dev.sentinel.audit.config;

import java.time.Duration;

/**
 * Where events are kept.
 *
 * @param maxIndexBacklog SQLite: events that may be durable and not yet indexed before appends wait
 * @param readers connections for queries
 * @param writers PostgreSQL: connections for appends
 * @param timeout PostgreSQL: how long it may take to answer
 * @param minFreeBytes SQLite: below it on the file system, the server reports that it is not ready
 */
public record StoreConfig(
        Database database, int maxIndexBacklog, int readers, int writers, Duration timeout, long minFreeBytes) {

    /** The same for another database. */
    public StoreConfig with(Database other) {
        return new StoreConfig(other, maxIndexBacklog, readers, writers, timeout, minFreeBytes);
    }
}
