package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.lsm.Walk;
import java.sql.SQLException;

/**
 * The entries of agents whose ids begin with a prefix, among the first entries of a walk. The limit counts the entries
 * of all agents, because a caller that may not see a trace must not notice how long it is.
 */
final class VisibleWalk {
    private final Walk walk;
    private final AgentNames names;
    private final String agentPrefix;
    private long left;

    VisibleWalk(Walk walk, long limit, AgentNames names, String agentPrefix) {
        this.walk = walk;
        this.left = limit;
        this.names = names;
        this.agentPrefix = agentPrefix;
    }

    /** Moves to the first or next entry; false if there is none. */
    boolean next() throws SQLException {
        while (left > 0 && walk.next()) {
            left--;
            if (agentPrefix.isEmpty() || names.of(walk.owner()).startsWith(agentPrefix)) {
                return true;
            }
        }
        return false;
    }

    /** Whether there are entries behind the limit, after {@link #next} has returned false. */
    boolean hasMore() throws SQLException {
        return left == 0 && walk.next();
    }

    long ts() {
        return walk.time();
    }

    long seq() {
        return walk.seq();
    }

    int kind() {
        return walk.tag();
    }

    long agentKey() {
        return walk.owner();
    }
}
