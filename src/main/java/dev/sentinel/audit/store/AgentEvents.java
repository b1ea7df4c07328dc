package dev.sentinel.audit.store;

/**
 * Some events of one agent.
 *
 * @param total exact number of events of the agent, never less than the events found; 0 if the agent never sent an
 *     event
 * @param found the page of its events that the query selects
 */
public record AgentEvents(long total, FoundEvents found) {}
