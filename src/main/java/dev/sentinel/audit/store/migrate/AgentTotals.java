package dev.sentinel.audit.store.migrate;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The number of events of each agent, as one fingerprint of fixed size: the sum of the agents' hashes, each as often as
 * the agent has events. Two sides have the same fingerprint if all totals are the same; if one differs, they have it by
 * a chance of 1 to 2^128. A table of the totals would have as many entries as there are agents, which may be one for
 * each run.
 */
final class AgentTotals {
    private final MessageDigest sha256;
    private String lastAgent = "";
    private long lastHigh;
    private long lastLow;
    private long high;
    private long low;
    private long events;

    AgentTotals() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** So many more events of an agent. Two sums of 64 bits each, for simplicity. */
    void add(String agentInstanceId, long count) {
        if (!agentInstanceId.equals(lastAgent)) {
            ByteBuffer hash = ByteBuffer.wrap(sha256.digest(agentInstanceId.getBytes(StandardCharsets.UTF_8)));
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

    boolean sameAs(AgentTotals other) {
        return events == other.events && high == other.high && low == other.low;
    }
}
