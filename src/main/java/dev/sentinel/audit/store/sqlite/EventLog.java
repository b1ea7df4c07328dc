package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.LegacyKey;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.store.LogIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.ObjLongConsumer;

/**
 * Writes and reads the log file. Blocking and not thread-safe: belongs to one worker thread at a time.
 *
 * <p>After an exception, close this object and reopen the file: only the file then knows what was committed.
 */
final class EventLog implements AutoCloseable {
    /** Bytes of events read at once: ten thousand of the largest events would not fit into memory. */
    private static final long MAX_READ_WEIGHT = 16 << 20;

    private final Connection connection;
    private final LogIdentity identity;
    private final PreparedStatement insert;
    private final PreparedStatement selectOne;
    private final PreparedStatement selectFrom;

    private EventLog(Connection connection) throws SQLException {
        this.connection = connection;
        this.identity = LogSchema.identity(connection, LogSchema.VERSION);
        connection.setAutoCommit(false);
        this.insert = connection.prepareStatement(
                "INSERT INTO audit_events (" + EventRow.COLUMNS + ") VALUES (" + EventRow.PLACEHOLDERS + ")");
        this.selectOne = connection.prepareStatement("SELECT " + EventRow.COLUMNS + " FROM audit_events WHERE seq = ?");
        this.selectFrom = connection.prepareStatement(
                "SELECT " + EventRow.COLUMNS + " FROM audit_events WHERE seq >= ? ORDER BY seq LIMIT ?");
    }

    /** Opens or creates the file and migrates it to the current schema. */
    static EventLog open(Path file) throws SQLException {
        Connection connection = Sqlite.openWriter(file, "FULL");
        try {
            LogSchema.migrate(connection, file);
            return new EventLog(connection);
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * Reopens the file that was open before. Throws {@link Unavailable} if it is gone or was replaced: a new log would
     * assign the same positions again.
     */
    static EventLog reopen(Path file, LogIdentity identity) throws SQLException {
        if (!Files.exists(file)) {
            throw replaced(file, "is gone");
        }
        EventLog log = open(file);
        if (!log.identity.logId().equals(identity.logId())) {
            log.close();
            throw replaced(file, "was replaced while the server ran");
        }
        return log;
    }

    private static Unavailable replaced(Path file, String how) {
        return new Unavailable("the log " + file + " " + how + "; restore it, or restart the server");
    }

    /** The identity of the log, whatever its file name; an index records its id. */
    LogIdentity identity() {
        return identity;
    }

    /** The position of the next event. */
    long nextSeq() throws SQLException {
        try {
            return Sqlite.queryLong(connection, "SELECT coalesce(max(seq) + 1, 0) FROM audit_events");
        } finally {
            connection.commit();
        }
    }

    /** Writes all events or none. When it returns, they are on disk. */
    void append(List<StoredEvent> events) throws SQLException {
        for (StoredEvent event : events) {
            EventRow.bind(insert, event);
            insert.addBatch();
        }
        insert.executeBatch();
        connection.commit();
    }

    Optional<StoredEvent> read(long seq) throws SQLException {
        selectOne.setLong(1, seq);
        try (ResultSet row = selectOne.executeQuery()) {
            return row.next() ? Optional.of(EventRow.read(row, identity.legacyKey())) : Optional.empty();
        } finally {
            connection.commit();
        }
    }

    /** Events in order from a position on. Returns fewer than the limit if they are large, but at least one. */
    List<StoredEvent> readFrom(long seq, int limit) throws SQLException {
        selectFrom.setLong(1, seq);
        selectFrom.setInt(2, limit);
        try (ResultSet rows = selectFrom.executeQuery()) {
            List<StoredEvent> events = new ArrayList<>();
            long weight = 0;
            while (weight < MAX_READ_WEIGHT && rows.next()) {
                StoredEvent event = EventRow.read(rows, identity.legacyKey());
                events.add(event);
                weight += event.event().weight();
            }
            return events;
        } finally {
            connection.commit();
        }
    }

    /** Reads the ids of the events from {@code from} to before {@code to}. */
    void readIds(long from, long to, ObjLongConsumer<UUID> ids) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT seq, event_id FROM audit_events WHERE seq >= ? AND seq < ?")) {
            select.setLong(1, from);
            select.setLong(2, to);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    ids.accept(id(rows.getString(2)), rows.getLong(1));
                }
            }
        } finally {
            connection.commit();
        }
    }

    private static UUID id(String text) throws SQLException {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new SQLException("the log has an event without an id", e);
        }
    }

    /** Records the highest number of a signed log that was begun. On disk when this returns. */
    void beginNumber(int number) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE sentinel_log SET log_number = ?")) {
            update.setInt(1, number);
            update.executeUpdate();
        }
        connection.commit();
    }

    /** Gives a log without events the id of the log that is copied into it. To be reopened before it is read. */
    void adoptId(String logId) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE sentinel_log SET log_id = ?")) {
            update.setString(1, logId);
            update.executeUpdate();
        }
        connection.commit();
    }

    /** Gives the events without seals those that they had under another key. To be reopened before it is read. */
    void adoptLegacyKey(LegacyKey key) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE sentinel_log SET legacy_key = ?")) {
            update.setBytes(1, key.bytes());
            update.executeUpdate();
        }
        connection.commit();
    }

    /** Performs a real, durable write that changes no event. */
    void probe() throws SQLException {
        Sqlite.execute(connection, "UPDATE sentinel_log SET probe = probe + 1");
        connection.commit();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
