package dev.sentinel.audit.config;

import java.nio.file.Path;

/**
 * Where events are kept.
 *
 * @param logFile the SQLite log; the index lies beside it
 * @param maxIndexBacklog events that may be durable and not yet indexed before appends wait
 * @param readers connections for queries
 * @param minFreeBytes below it on the file system, the server reports that it is not ready
 */
public record StoreConfig(Path logFile, int maxIndexBacklog, int readers, long minFreeBytes) {}
