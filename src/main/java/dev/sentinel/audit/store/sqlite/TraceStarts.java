package dev.sentinel.audit.store.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Writes the list of traces in the order of their first events, of each agent that takes part: a caller that may see
 * only some agents gets the list as if there were no others. It is append-only: an event that is earlier than all of
 * its agent in its trace is added, and the entry that was the start before stays. Readers pass over an entry that is
 * not the first of what they see. So the list is exact, whatever the order in which events arrive, and other events
 * cost nothing but one look-up for each trace and agent of a batch, beside the place where the events are then
 * inserted. Blocking; belongs to the index writer.
 */
final class TraceStarts {
    /**
     * Entries of a trace that a look-up reads. Behind them, each batch may add an entry that is no start: that costs
     * little, and readers pass over it.
     */
    private static final int LOOKED_UP = 1_000;

    private final PreparedStatement selectEarlier;
    private final PreparedStatement insert;

    TraceStarts(Connection index) throws SQLException {
        this.selectEarlier = index.prepareStatement("SELECT 1 FROM (SELECT ts, agent_key FROM by_trace"
                + " WHERE trace_key = ? ORDER BY ts, seq LIMIT " + LOOKED_UP + ") WHERE agent_key = ? AND ts <= ?");
        this.insert = index.prepareStatement("INSERT INTO trace_starts VALUES (?,?,?,?)");
    }

    /**
     * Adds the first event of an agent in a trace and a batch, if it is the first of all. Call it before the batch is
     * inserted.
     */
    void add(byte[] traceKey, long agentKey, long ts, long seq) throws SQLException {
        selectEarlier.setBytes(1, traceKey);
        selectEarlier.setLong(2, agentKey);
        // A later event has a higher position, so one with the same time is not earlier.
        selectEarlier.setLong(3, ts);
        try (ResultSet earlier = selectEarlier.executeQuery()) {
            if (earlier.next()) {
                return;
            }
        }
        insert.setLong(1, ts);
        insert.setLong(2, seq);
        insert.setBytes(3, traceKey);
        insert.setLong(4, agentKey);
        insert.addBatch();
    }

    void write() throws SQLException {
        insert.executeBatch();
    }
}
