package dev.sentinel.audit.ops.metrics;

/**
 * The bounds that keep the memory of the server independent of its load.
 *
 * @param queue events that wait for a commit
 * @param events events accepted but not yet answered, in all requests
 * @param bytes bytes of request bodies held, in all requests
 */
public record Bounds(Level queue, Level events, Level bytes) {}
