package dev.sentinel.audit.store;

/**
 * An agent or a resource among those with the most.
 *
 * @param name the agent's id, or the resource
 * @param errors those of its events that have the status error
 */
public record StatsTop(String name, long events, long errors) {}
