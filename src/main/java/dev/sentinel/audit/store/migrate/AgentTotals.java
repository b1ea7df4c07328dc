package dev.sentinel.audit.store.migrate;

import dev.sentinel.audit.digest.Sha256;
import java.nio.ByteBuffer;

/**
 * A fingerprint of fixed size for the number of events of each agent: the sum of the agents' hashes, each multiplied by
 * the agent's number of events. Equal totals have equal fingerprints; different totals have equal ones with a
 * probability of 1 in 2^128. A table of totals would have one entry per agent, which may mean one per run.
 */
final class AgentTotals {
    private final Sha256 sha256 = new Sha256();
    private String lastAgent = "";
    private long lastHigh;
    private long lastLow;
    private long high;
    private long low;
    private long events;

    /** Adds {@code count} events of an agent. Two sums of 64 bits are simpler than one of 128. */
    void add(String agentInstanceId, long count) {
        if (!agentInstanceId.equals(lastAgent)) {
            ByteBuffer hash = ByteBuffer.wrap(sha256.add(agentInstanceId).finish());
            lastAgent = agentInstanceId;
            lastHigh = hash.getLong();
            lastLow = hash.getLong();
        }
        high += count * lastHigh;
        low += count * lastLow;
        events += count;
    }

    long events() {
        return events;
    }

    boolean matches(AgentTotals other) {
        return events == other.events && high == other.high && low == other.low;
    }
}
