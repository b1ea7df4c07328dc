package dev.sentinel.audit.store.sqlite;

import java.util.ArrayList;
import java.util.List;

/** Selects the index entries of one session in the order of time, of all agents or of those with a prefix. */
record SessionWalk(String sessionId, String agentPrefix) {

    /** Selects the first entries; the last parameter is the limit. */
    String sql(String columns) {
        return select(columns) + " ORDER BY ts, seq LIMIT ?";
    }

    /** Selects the last entries; the last parameter is the limit. */
    String lastSql() {
        return select("ts") + " ORDER BY ts DESC, seq DESC LIMIT ?";
    }

    private String select(String columns) {
        return "SELECT " + columns + " FROM by_link WHERE link_key = ?"
                + (agentPrefix.isEmpty()
                        ? ""
                        : " AND agent_key IN (SELECT agent_key FROM agents WHERE " + SqliteReader.HAS_PREFIX + ")");
    }

    /** The parameters of both statements, as a modifiable list. */
    List<Object> parameters(int limit) {
        List<Object> parameters = new ArrayList<>();
        parameters.add(Keys.bytes(Keys.ofSession(sessionId)));
        if (!agentPrefix.isEmpty()) {
            parameters.addAll(SqliteReader.parametersOf(agentPrefix));
        }
        parameters.add(limit);
        return parameters;
    }
}
