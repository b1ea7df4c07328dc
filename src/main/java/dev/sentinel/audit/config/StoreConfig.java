package dev.sentinel.audit.config;

import dev.sentinel.audit.redact.RedactionRules;
import java.time.Duration;

/**
 * Settings of the event store.
 *
 * @param maxIndexBacklog SQLite: durable events that are not yet indexed; beyond it, appends wait
 * @param readers database connections for queries
 * @param writers PostgreSQL: database connections for appends
 * @param timeout PostgreSQL: how long the database may take to answer
 * @param minFreeBytes SQLite: with less free space on the file system, the server reports that it is not ready
 * @param redaction the rules by which events are redacted before they are appended
 */
public record StoreConfig(
        Database database,
        int maxIndexBacklog,
        int readers,
        int writers,
        Duration timeout,
        long minFreeBytes,
        RedactionRules redaction) {

    /** A copy for another database. */
    public StoreConfig with(Database other) {
        return new StoreConfig(other, maxIndexBacklog, readers, writers, timeout, minFreeBytes, redaction);
    }
}
