package dev.sentinel.audit.store.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** The agents table: one row per agent, updated once per batch. Blocking, one worker thread. */
final class AgentTotals {

    /** What a batch adds to one agent. */
    static final class Delta {
        private long total;
        private long errors;
        private long first = Long.MAX_VALUE;
        private long last = Long.MIN_VALUE;

        void count(long ts, boolean error) {
            total++;
            errors += error ? 1 : 0;
            first = Math.min(first, ts);
            last = Math.max(last, ts);
        }
    }

    private final PreparedStatement upsert;

    AgentTotals(Connection connection) throws SQLException {
        this.upsert = connection.prepareStatement("""
                INSERT INTO agents (agent_instance_id, total, errors, first_seen, last_seen) VALUES (?,?,?,?,?)
                ON CONFLICT (agent_instance_id) DO UPDATE SET
                  total = total + excluded.total,
                  errors = errors + excluded.errors,
                  first_seen = min(first_seen, excluded.first_seen),
                  last_seen = max(last_seen, excluded.last_seen)
                RETURNING agent_key
                """);
    }

    /** Adds the deltas and returns the key of every agent. */
    Map<String, Long> apply(Map<String, Delta> deltas) throws SQLException {
        Map<String, Long> keys = new HashMap<>(deltas.size() * 2);
        for (Map.Entry<String, Delta> entry : deltas.entrySet()) {
            Delta delta = entry.getValue();
            upsert.setString(1, entry.getKey());
            upsert.setLong(2, delta.total);
            upsert.setLong(3, delta.errors);
            upsert.setLong(4, delta.first);
            upsert.setLong(5, delta.last);
            try (ResultSet row = upsert.executeQuery()) {
                row.next();
                keys.put(entry.getKey(), row.getLong(1));
            }
        }
        return keys;
    }
}
