package dev.sentinel.audit.ops.metrics;

/**
 * The bounds that keep the memory of the server independent of its load.
 *
 * @param queue events that wait for a commit
 * @param events accepted and not yet answered, over all requests
 * @param bytes of request bodies being held, over all requests
 */
public record Bounds(Level queue, Level events, Level bytes) {}
