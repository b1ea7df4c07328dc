package dev.sentinel.audit.store.lsm;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** The statements that change the tables of {@link LsmSchema}. Belongs to one {@link LsmWriter}, on its thread. */
final class LsmStore {
    private final PreparedStatement insertBlob;
    private final PreparedStatement deleteBlobs;
    private final PreparedStatement insertSegment;
    private final PreparedStatement deleteSegments;
    private final PreparedStatement insertRun;
    private final PreparedStatement deleteRun;
    private final PreparedStatement insertTrash;
    private final PreparedStatement selectTrash;
    private final PreparedStatement deleteTrash;
    private final PreparedStatement updateCatalog;
    private long version;
    private long nextRun;
    private long nextBlob;
    private long inserted;

    LsmStore(Connection connection) throws SQLException {
        this.insertBlob = connection.prepareStatement("INSERT INTO lsm_blobs VALUES (?,?)");
        this.deleteBlobs = connection.prepareStatement("DELETE FROM lsm_blobs WHERE id BETWEEN ? AND ?");
        this.insertSegment = connection.prepareStatement("INSERT INTO lsm_segments VALUES (?,?,?,?,?,?,?,?,?,?,?)");
        this.deleteSegments = connection.prepareStatement("DELETE FROM lsm_segments WHERE run = ?");
        this.insertRun = connection.prepareStatement("INSERT INTO lsm_runs VALUES (?,?)");
        this.deleteRun = connection.prepareStatement("DELETE FROM lsm_runs WHERE run = ?");
        this.insertTrash = connection.prepareStatement("INSERT INTO lsm_trash VALUES (?,?)");
        this.selectTrash =
                connection.prepareStatement("SELECT first_blob, last_blob FROM lsm_trash ORDER BY first_blob LIMIT 1");
        this.deleteTrash = connection.prepareStatement("DELETE FROM lsm_trash WHERE first_blob = ?");
        this.updateCatalog =
                connection.prepareStatement("UPDATE lsm_catalog SET version = ?, next_run = ?, next_blob = ?");
        try (PreparedStatement select =
                        connection.prepareStatement("SELECT version, next_run, next_blob FROM lsm_catalog");
                ResultSet row = select.executeQuery()) {
            if (!row.next()) {
                throw new LsmDamage("no catalog");
            }
            version = row.getLong(1);
            nextRun = row.getLong(2);
            nextBlob = row.getLong(3);
        }
    }

    long version() {
        return version;
    }

    long newRun() {
        return nextRun++;
    }

    /** Writes blobs under consecutive ids; returns the first one. Puts their checksums into them. */
    long insert(List<byte[]> blobs) throws SQLException {
        long first = nextBlob;
        for (byte[] blob : blobs) {
            Checksum.write(blob, nextBlob);
            insertBlob.setLong(1, nextBlob);
            insertBlob.setBytes(2, blob);
            insertBlob.addBatch();
            nextBlob++;
        }
        insertBlob.executeBatch();
        inserted += blobs.size();
        return first;
    }

    void insert(long run, int place, Segment segment) throws SQLException {
        insertSegment.setLong(1, run);
        insertSegment.setInt(2, place);
        insertSegment.setLong(3, segment.firstBlock());
        insertSegment.setInt(4, segment.blocks());
        insertSegment.setLong(5, segment.entries());
        insertSegment.setLong(6, segment.minTime());
        insertSegment.setLong(7, segment.maxTime());
        insertSegment.setLong(8, segment.first().high());
        insertSegment.setLong(9, segment.first().low());
        insertSegment.setLong(10, segment.first().time());
        insertSegment.setLong(11, segment.first().seq());
        insertSegment.executeUpdate();
    }

    /** Shows a run to readers. */
    void show(Run run) throws SQLException {
        insertRun.setLong(1, run.id());
        insertRun.setInt(2, run.tree());
        insertRun.executeUpdate();
    }

    /** Removes a run; its blobs are deleted later. */
    void remove(Run run) throws SQLException {
        deleteRun.setLong(1, run.id());
        deleteRun.executeUpdate();
        deleteSegments.setLong(1, run.id());
        deleteSegments.executeUpdate();
        for (Segment segment : run.segments()) {
            insertTrash.setLong(1, segment.firstBlock());
            insertTrash.setLong(2, segment.headerId());
            insertTrash.addBatch();
        }
        insertTrash.executeBatch();
    }

    /** Deletes blobs that nothing refers to, about as many as given. Returns false if none are left. */
    boolean deleteTrash(long blobs) throws SQLException {
        long left = blobs;
        while (left > 0) {
            long first;
            long last;
            try (ResultSet row = selectTrash.executeQuery()) {
                if (!row.next()) {
                    return false;
                }
                first = row.getLong(1);
                last = row.getLong(2);
            }
            deleteBlobs.setLong(1, first);
            deleteBlobs.setLong(2, last);
            deleteBlobs.executeUpdate();
            deleteTrash.setLong(1, first);
            deleteTrash.executeUpdate();
            left -= last - first + 1;
        }
        return true;
    }

    /** Blobs that were inserted since the last call. */
    long takeInserted() {
        long taken = inserted;
        inserted = 0;
        return taken;
    }

    /** Writes the numbers that must not be used again. */
    void writeCatalog(boolean runsChanged) throws SQLException {
        version += runsChanged ? 1 : 0;
        updateCatalog.setLong(1, version);
        updateCatalog.setLong(2, nextRun);
        updateCatalog.setLong(3, nextBlob);
        updateCatalog.executeUpdate();
    }
}
