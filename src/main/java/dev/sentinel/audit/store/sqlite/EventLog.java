package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.failure.Unavailable;
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

/**
 * The log file. Blocking and not thread-safe: belongs to one worker thread at a time.
 *
 * <p>After a method has thrown, the object is to be closed and the file opened anew: only the file knows then what was
 * committed.
 */
final class EventLog implements AutoCloseable {
    /** Of events read at once; ten thousand of the largest would not fit into memory. */
    private static final long MAX_READ_WEIGHT = 16 << 20;

    private final Connection connection;
    private final PreparedStatement insert;
    private final PreparedStatement selectOne;
    private final PreparedStatement selectFrom;

    private EventLog(Connection connection) throws SQLException {
        this.connection = connection;
        connection.setAutoCommit(false);
        this.insert = connection.prepareStatement(
                "INSERT INTO audit_events (" + EventRow.COLUMNS + ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
        this.selectOne = connection.prepareStatement("SELECT " + EventRow.COLUMNS + " FROM audit_events WHERE seq = ?");
        this.selectFrom = connection.prepareStatement(
                "SELECT " + EventRow.COLUMNS + " FROM audit_events WHERE seq >= ? ORDER BY seq LIMIT ?");
    }

    /** Opens or makes the file and brings it to the current schema. */
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
     * Opens the file that was open before. Throws {@link Unavailable} if there is another one in its place, or none: to
     * begin a new log here would give positions twice.
     */
    static EventLog reopen(Path file, String logId) throws SQLException {
        if (!Files.exists(file)) {
            throw replaced(file, "is gone");
        }
        EventLog log = open(file);
        if (!log.logId().equals(logId)) {
            log.close();
            throw replaced(file, "is another one than at the start");
        }
        return log;
    }

    private static Unavailable replaced(Path file, String how) {
        return new Unavailable("the log " + file + " " + how + "; put it back, or restart");
    }

    /** Which log this is, whatever its file is called; an index remembers it. */
    String logId() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT log_id FROM sentinel_log");
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getString(1);
        } finally {
            connection.commit();
        }
    }

    /** The position that the next event gets. */
    long nextSeq() throws SQLException {
        try {
            return Sqlite.queryLong(connection, "SELECT coalesce(max(seq) + 1, 0) FROM audit_events");
        } finally {
            connection.commit();
        }
    }

    /** Writes all or nothing. When it returns, the events are on disk. */
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
            return row.next() ? Optional.of(EventRow.read(row)) : Optional.empty();
        } finally {
            connection.commit();
        }
    }

    /** Events in order, beginning with a position; of large events fewer than the limit, but at least one. */
    List<StoredEvent> readFrom(long seq, int limit) throws SQLException {
        selectFrom.setLong(1, seq);
        selectFrom.setInt(2, limit);
        try (ResultSet rows = selectFrom.executeQuery()) {
            List<StoredEvent> events = new ArrayList<>();
            long weight = 0;
            while (weight < MAX_READ_WEIGHT && rows.next()) {
                StoredEvent event = EventRow.read(rows);
                events.add(event);
                weight += event.event().weight();
            }
            return events;
        } finally {
            connection.commit();
        }
    }

    /** Reads the ids of the events from a position to before another. */
    void readIds(long from, long to, RecentIds ids) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT seq, event_id FROM audit_events WHERE seq >= ? AND seq < ?")) {
            select.setLong(1, from);
            select.setLong(2, to);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    ids.put(UUID.fromString(rows.getString(2)), rows.getLong(1));
                }
            }
        } finally {
            connection.commit();
        }
    }

    /** Makes a real, durable write that changes no event. */
    void probe() throws SQLException {
        Sqlite.execute(connection, "UPDATE sentinel_log SET probe = probe + 1");
        connection.commit();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
