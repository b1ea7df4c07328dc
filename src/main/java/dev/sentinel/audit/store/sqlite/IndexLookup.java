package dev.sentinel.audit.store.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/** The index as the log writer sees it: at which position is an event? Blocking, one worker thread. */
final class IndexLookup implements AutoCloseable {
    static final long UNKNOWN = -1;

    private final Connection connection;
    private final PreparedStatement select;

    private IndexLookup(Connection connection) throws SQLException {
        this.connection = connection;
        this.select = connection.prepareStatement("SELECT seq FROM event_ids WHERE event_id = ?");
    }

    static IndexLookup open(Path index) throws SQLException {
        return new IndexLookup(Sqlite.openReader(index));
    }

    /** The position of an event, or {@link #UNKNOWN}. Each call sees what the index has committed by then. */
    long seqOf(UUID eventId) throws SQLException {
        select.setBytes(1, Keys.bytes(eventId));
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? row.getLong(1) : UNKNOWN;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
