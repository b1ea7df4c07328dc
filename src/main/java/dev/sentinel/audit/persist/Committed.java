package dev.sentinel.audit.persist;

/**
 * What one commit has done.
 *
 * @param events events decided by it, including duplicates and conflicts
 * @param requests how many requests were waiting for it
 * @param nanos from handing the batch to the store to its answer
 */
public record Committed(int events, int requests, long nanos) {}
