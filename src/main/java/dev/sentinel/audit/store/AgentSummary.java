package dev.sentinel.audit.store;

import java.time.Instant;

/**
 * The totals of one agent.
 *
 * @param total number of all its events
 * @param errors number of its events with status error
 * @param firstSeen the smallest effective time of its events
 * @param lastSeen the largest effective time of its events
 */
public record AgentSummary(String agentInstanceId, long total, long errors, Instant firstSeen, Instant lastSeen) {}
