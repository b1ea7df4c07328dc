package dev.sentinel.audit.store.sqlite;

import java.util.ArrayList;
import java.util.List;

/**
 * Selects the index entries of one session in the order of time, of all agents or of those with a prefix. The limit
 * counts the entries of all agents, because a caller that may not see a session must not notice how long it is.
 */
record SessionWalk(String sessionId, String agentPrefix) {

    /** Selects those among the first entries. */
    String sql(String columns) {
        return select(columns, "");
    }

    /** Selects the times of those among the last entries, the last one first. */
    String lastSql() {
        return select("ts", " DESC");
    }

    /** Whether there are more entries than the limit; takes the key and the limit. */
    static String moreSql() {
        return "EXISTS (SELECT 1 FROM by_link WHERE link_key = ? LIMIT 1 OFFSET ?)";
    }

    private String select(String columns, String direction) {
        String order = " ORDER BY ts" + direction + ", seq" + direction;
        return "SELECT " + columns + " FROM (SELECT ts, seq, kind, agent_key FROM by_link WHERE link_key = ?" + order
                + " LIMIT ?)"
                + (agentPrefix.isEmpty()
                        ? ""
                        : " WHERE agent_key IN (SELECT agent_key FROM agents WHERE " + SqliteReader.HAS_PREFIX + ")")
                + order;
    }

    /** The parameters of each statement, as a modifiable list. */
    List<Object> parameters(int limit) {
        List<Object> parameters = new ArrayList<>(keyAnd(limit));
        if (!agentPrefix.isEmpty()) {
            parameters.addAll(SqliteReader.parametersOf(agentPrefix));
        }
        return parameters;
    }

    List<Object> keyAnd(int limit) {
        return List.of(Keys.bytes(Keys.ofSession(sessionId)), limit);
    }
}
