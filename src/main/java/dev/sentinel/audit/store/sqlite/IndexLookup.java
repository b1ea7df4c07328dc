package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.AuditEvent;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

/** The log writer's read access to the index: finds the positions of events. Blocking, one worker thread. */
final class IndexLookup implements AutoCloseable {
    private final Connection connection;
    private final RecentIds recentIds;
    private final PreparedStatement select;
    private long tableLookups;

    private IndexLookup(Connection connection, RecentIds recentIds) throws SQLException {
        this.connection = connection;
        this.recentIds = recentIds;
        connection.setAutoCommit(false);
        this.select = connection.prepareStatement("SELECT seq FROM event_ids WHERE event_id = ?");
    }

    static IndexLookup open(Path index, RecentIds recentIds) throws SQLException {
        return new IndexLookup(Sqlite.openReader(index), recentIds);
    }

    /**
     * The positions of those events that are indexed, by id. A call uses one snapshot of what the index has committed:
     * a snapshot per event would cost as much as the look-up itself.
     *
     * <p>Looks in {@link RecentIds} first: ids leave it only after they were written to the file, so an id is always in
     * at least one of the two. Most ids are new, and the filters say so; they are asked after RecentIds, as
     * {@link IdFilters} requires.
     */
    Map<UUID, Long> seqsOf(List<AuditEvent> events) throws SQLException {
        Map<UUID, Long> seqs = new HashMap<>();
        List<UUID> missing = new ArrayList<>();
        for (AuditEvent event : events) {
            UUID id = event.eventId();
            OptionalLong recent = recentIds.seqOf(id);
            if (recent.isPresent()) {
                seqs.put(id, recent.getAsLong());
            } else if (recentIds.indexed().mayContain(id)) {
                missing.add(id);
            }
        }
        if (missing.isEmpty()) {
            return seqs;
        }
        tableLookups += missing.size();
        try {
            for (UUID id : missing) {
                select.setBytes(1, Keys.bytes(id));
                try (ResultSet row = select.executeQuery()) {
                    if (row.next()) {
                        seqs.put(id, row.getLong(1));
                    }
                }
            }
            return seqs;
        } finally {
            connection.commit();
        }
    }

    /** How many ids were looked up in the table; for tests. */
    long tableLookups() {
        return tableLookups;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
