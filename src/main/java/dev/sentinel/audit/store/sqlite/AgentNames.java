package dev.sentinel.audit.store.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The ids of agents by their keys, which never change in a file. Keeps those that were asked for last. Blocking;
 * belongs to one connection.
 */
final class AgentNames implements AutoCloseable {
    private static final int MAX_KEPT = 2_000;

    private final PreparedStatement select;
    private final Map<Long, String> kept = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, String> eldest) {
            return size() > MAX_KEPT;
        }
    };

    AgentNames(Connection index) throws SQLException {
        this.select = index.prepareStatement("SELECT agent_instance_id FROM agents WHERE agent_key = ?");
    }

    String of(long agentKey) throws SQLException {
        String name = kept.get(agentKey);
        if (name == null) {
            select.setLong(1, agentKey);
            try (ResultSet row = select.executeQuery()) {
                name = row.next() ? row.getString(1) : null;
            }
            if (name == null) {
                throw new IllegalStateException("no agent with the key " + agentKey);
            }
            kept.put(agentKey, name);
        }
        return name;
    }

    @Override
    public void close() throws SQLException {
        select.close();
    }
}
