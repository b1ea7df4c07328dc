package dev.sentinel.audit.store;

/**
 * An agent or a resource in the list of those with the most events or errors.
 *
 * @param name the agent's id, or the resource
 * @param errors number of its events with the status error
 */
public record StatsTop(String name, long events, long errors) {}
