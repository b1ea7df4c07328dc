package dev.sentinel.audit.store;

import java.time.Instant;

/**
 * What is known of one agent.
 *
 * @param total all its events
 * @param errors its events with status error
 * @param firstSeen the smallest timestamp of its events
 * @param lastSeen the largest
 */
public record AgentSummary(String agentInstanceId, long total, long errors, Instant firstSeen, Instant lastSeen) {}
