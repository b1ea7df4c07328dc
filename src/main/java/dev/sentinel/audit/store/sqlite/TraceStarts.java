package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.lsm.Entry;
import dev.sentinel.audit.store.lsm.Key;
import dev.sentinel.audit.store.lsm.LsmReader;
import dev.sentinel.audit.store.lsm.Range;
import dev.sentinel.audit.store.lsm.Walk;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;

/**
 * Writes the list of traces in the order of their first events, of each agent that takes part: a caller that may see
 * only some agents gets the list as if there were no others. It is append-only: an event that is earlier than all of
 * its agent in its trace is added, and the entry that was the start before stays. Readers pass over an entry that is
 * not the first of what they see. So the list is exact, whatever the order in which events arrive, and other events
 * cost nothing but one look-up for each trace and agent of a batch. Blocking; belongs to the index writer.
 */
final class TraceStarts {
    /**
     * Entries of a trace that a look-up reads. Behind them, each batch may add an entry that is no start: that costs
     * little, and readers pass over it.
     */
    private static final int LOOKED_UP = 1_000;

    private final PreparedStatement insert;

    TraceStarts(Connection index) throws SQLException {
        this.insert = index.prepareStatement("INSERT INTO trace_starts VALUES (?,?,?,?)");
    }

    /**
     * Adds the first event of an agent in a trace and a batch, if it is the first of all.
     *
     * @param trees without the batch
     */
    void add(LsmReader trees, Entry start) throws SQLException {
        Walk walk = trees.walk(IndexTrees.TRACES, new Key(start.high(), start.low()), Range.all(false));
        // A later event has a higher position, so one with the same time is not earlier.
        for (int read = 0; read < LOOKED_UP && walk.next() && walk.time() <= start.time(); read++) {
            if (walk.owner() == start.owner()) {
                return;
            }
        }
        insert.setLong(1, start.time());
        insert.setLong(2, start.seq());
        insert.setBytes(3, Keys.bytes(new UUID(start.high(), start.low())));
        insert.setLong(4, start.owner());
        insert.addBatch();
    }

    void write() throws SQLException {
        insert.executeBatch();
    }
}
