package dev.sentinel.audit.store.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Writes the list of traces in the order of their first events. It is append-only: an event that is earlier than all
 * events of its trace is added, and the entry that was the start before stays. Readers pass over an entry that is not
 * the first of its trace. So the list is exact, whatever the order in which events arrive, and an event that is not the
 * first of its trace costs nothing but one look-up for each trace of a batch, beside the place where the trace's events
 * are then inserted. Blocking; belongs to the index writer.
 */
final class TraceStarts {
    private final PreparedStatement selectFirst;
    private final PreparedStatement insert;

    TraceStarts(Connection index) throws SQLException {
        this.selectFirst =
                index.prepareStatement("SELECT ts, seq FROM by_trace WHERE trace_key = ? ORDER BY ts, seq LIMIT 1");
        this.insert = index.prepareStatement("INSERT INTO trace_starts VALUES (?,?,?)");
    }

    /** Adds the first event of a trace in a batch, if it is the first of all. Call it before the batch is inserted. */
    void add(byte[] traceKey, long ts, long seq) throws SQLException {
        selectFirst.setBytes(1, traceKey);
        try (ResultSet first = selectFirst.executeQuery()) {
            // A later event has a higher position, so one with the same time is not earlier.
            if (first.next() && first.getLong(1) <= ts) {
                return;
            }
        }
        insert.setLong(1, ts);
        insert.setLong(2, seq);
        insert.setBytes(3, traceKey);
        insert.addBatch();
    }

    void write() throws SQLException {
        insert.executeBatch();
    }
}
