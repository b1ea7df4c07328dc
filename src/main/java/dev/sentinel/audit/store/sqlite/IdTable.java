package dev.sentinel.audit.store.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * Writes the table of event ids in the index file, and the filters of it, from {@link RecentIds}. Runs within the
 * transactions of {@link EventIndex}, on its thread.
 *
 * <p>A generation of ids is sorted as a whole, so that ids that share a page are written together. It is written in
 * slices, one slice with each batch of the index: writing a hundred thousand ids at once would delay queries by half a
 * second.
 */
final class IdTable {
    /** Number of ids in memory that starts writing a generation. */
    static final int GENERATION = 100_000;

    private static final int MIN_SLICE = 4_000;

    private final Connection connection;
    private final RecentIds recentIds;
    private final PreparedStatement insert;
    private final PreparedStatement updateProgress;
    private List<RecentIds.Located> generation = List.of();
    private int written;
    private long end;

    IdTable(Connection connection, RecentIds recentIds) throws SQLException {
        this.connection = connection;
        this.recentIds = recentIds;
        // A generation that was interrupted by a crash is written again.
        this.insert = connection.prepareStatement("INSERT OR IGNORE INTO event_ids VALUES (?,?)");
        this.updateProgress = connection.prepareStatement("UPDATE progress SET ids_seq = ?");
    }

    /**
     * Writes a slice of the current generation, or starts one if enough ids are in memory.
     *
     * @param nextSeq the end of the index in this transaction
     * @param added number of events that the transaction has added; the slice is larger, so that the number of ids in
     *     memory shrinks
     */
    void writeSlice(long nextSeq, int added) throws SQLException {
        if (generation.isEmpty() && recentIds.size() >= GENERATION) {
            begin(nextSeq);
        }
        if (!generation.isEmpty()) {
            write(Math.max(MIN_SLICE, 2 * added));
        }
    }

    /** Writes the ids of all indexed events. */
    void writeAll(long nextSeq) throws SQLException {
        begin(nextSeq);
        write(generation.size());
    }

    /** Must be called after the transaction of the last slice has committed; may be called after any commit. */
    void committed() {
        if (!generation.isEmpty() && written == generation.size()) {
            recentIds.indexed().written();
            recentIds.removeBefore(end);
            generation = List.of();
        }
    }

    private void begin(long nextSeq) {
        generation = recentIds.before(nextSeq);
        written = 0;
        end = nextSeq;
    }

    private void write(int count) throws SQLException {
        List<RecentIds.Located> slice = generation.subList(written, Math.min(generation.size(), written + count));
        for (RecentIds.Located id : slice) {
            insert.setBytes(1, Keys.bytes(id.eventId()));
            insert.setLong(2, id.seq());
            insert.addBatch();
            recentIds.indexed().add(id.eventId(), id.seq());
        }
        insert.executeBatch();
        written += slice.size();
        if (written == generation.size()) {
            updateProgress.setLong(1, end);
            updateProgress.executeUpdate();
            recentIds.indexed().write(connection);
        }
    }
}
