package dev.sentinel.audit.store;

/**
 * Some events of one agent.
 *
 * @param total how many events the agent has, found or not; exact, never less than the events found; 0 if it never sent
 *     one
 * @param found those that were asked for
 */
public record AgentEvents(long total, FoundEvents found) {}
