package dev.sentinel.audit.store.lsm;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The statements that change the tables of {@link LsmSchema}. Belongs to one {@link LsmWriter}, on its thread. */
final class LsmStore implements AutoCloseable {
    private final Connection connection;
    private final List<PreparedStatement> statements = new ArrayList<>();
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
    private long writtenVersion;
    private long version;
    private long nextRun;
    private long nextBlob;
    private long inserted;

    LsmStore(Connection connection) throws SQLException {
        this.connection = connection;
        this.insertBlob = prepare("INSERT INTO lsm_blobs VALUES (?,?)");
        this.deleteBlobs = prepare("DELETE FROM lsm_blobs WHERE id BETWEEN ? AND ?");
        this.insertSegment = prepare("INSERT INTO lsm_segments VALUES (?,?,?,?,?,?,?,?,?,?,?)");
        this.deleteSegments = prepare("DELETE FROM lsm_segments WHERE run = ?");
        this.insertRun = prepare("INSERT INTO lsm_runs VALUES (?,?)");
        this.deleteRun = prepare("DELETE FROM lsm_runs WHERE run = ?");
        this.insertTrash = prepare("INSERT OR REPLACE INTO lsm_trash VALUES (?,?)");
        this.selectTrash = prepare("SELECT first_blob, last_blob FROM lsm_trash ORDER BY first_blob LIMIT 1");
        this.deleteTrash = prepare("DELETE FROM lsm_trash WHERE first_blob = ?");
        this.updateCatalog =
                prepare("UPDATE lsm_catalog SET version = ?, next_run = ?, next_blob = ? WHERE version = ?");
        PreparedStatement selectCatalog = prepare("SELECT version, next_run, next_blob FROM lsm_catalog"
                + " WHERE next_run > (SELECT coalesce(max(run), -1) FROM lsm_segments)"
                + " AND next_blob > (SELECT coalesce(max(id), 0) FROM lsm_blobs)");
        try (ResultSet row = selectCatalog.executeQuery()) {
            if (!row.next()) {
                throw new LsmDamage("catalog");
            }
            version = row.getLong(1);
            nextRun = row.getLong(2);
            nextBlob = row.getLong(3);
        }
        writtenVersion = version;
    }

    private PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statements.add(statement);
        return statement;
    }

    /** See {@link Catalog}; that of what was written since, too. */
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
        insert(insertSegment);
    }

    /** As a batch of one: for any other INSERT, the driver prepares a query of the new rowid. */
    private static void insert(PreparedStatement statement) throws SQLException {
        statement.addBatch();
        statement.executeBatch();
    }

    /** Shows a run to readers. */
    void show(Run run) throws SQLException {
        insertRun.setLong(1, run.id());
        insertRun.setInt(2, run.tree());
        insert(insertRun);
        version += run.fingerprint();
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
        version -= run.fingerprint();
    }

    /** Removes the segments of merges that were not finished. */
    void removeUnfinished() throws SQLException {
        String unfinished = " FROM lsm_segments WHERE run NOT IN (SELECT run FROM lsm_runs)";
        prepare("INSERT OR REPLACE INTO lsm_trash SELECT first_block, first_block + blocks" + unfinished)
                .executeUpdate();
        prepare("DELETE" + unfinished).executeUpdate();
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
            if (last <= first || last - first > Segment.MAX_BLOCKS || last >= nextBlob) {
                throw new LsmDamage("trash from " + first + " to " + last);
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

    /** Writes the version, and the numbers that must not be used again. */
    void writeCatalog() throws SQLException {
        updateCatalog.setLong(1, version);
        updateCatalog.setLong(2, nextRun);
        updateCatalog.setLong(3, nextBlob);
        updateCatalog.setLong(4, writtenVersion);
        if (updateCatalog.executeUpdate() != 1) {
            throw new LsmDamage("catalog that another writer has changed");
        }
        writtenVersion = version;
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : statements) {
            statement.close();
        }
    }
}
