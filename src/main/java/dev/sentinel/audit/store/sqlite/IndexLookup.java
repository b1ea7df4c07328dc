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

/** The index as the log writer sees it: at which positions are events? Blocking, one worker thread. */
final class IndexLookup implements AutoCloseable {
    private final Connection connection;
    private final RecentIds recentIds;
    private final PreparedStatement select;

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
     * The positions of those events that are in the index, by id. Each call sees what the index has committed by then,
     * all in one snapshot: to take a new one for each event costs as much as to look for it.
     *
     * <p>Ids that have not been written yet are looked for first: they are forgotten after they have been written, so
     * none is in neither place.
     */
    Map<UUID, Long> seqsOf(List<AuditEvent> events) throws SQLException {
        Map<UUID, Long> seqs = new HashMap<>();
        List<UUID> missing = new ArrayList<>(events.size());
        for (AuditEvent event : events) {
            UUID id = event.eventId();
            OptionalLong recent = recentIds.seqOf(id);
            if (recent.isPresent()) {
                seqs.put(id, recent.getAsLong());
            } else {
                missing.add(id);
            }
        }
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

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
