package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.store.LogIdentity;
import dev.sentinel.audit.store.migrate.LogSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads the log of a server that may be running, or a copy of a log. */
public final class SqliteLogSource implements LogSource {
    private static final int MAX_EVENTS = 2_000;

    /** A query that took longer would delay the checkpoints of a running server. */
    private static final long CHECKED_AT_ONCE = 20_000;

    /**
     * Bytes as {@link dev.sentinel.audit.event.AuditEvent#weight} counts them; several slices are in memory at once.
     */
    private static final long MAX_WEIGHT = 2 << 20;

    private final SourceFile file;
    private final long version;
    private final String columns;
    private final LogIdentity identity;

    private SqliteLogSource(SourceFile file, long version, LogIdentity identity) {
        this.file = file;
        this.version = version;
        this.columns = LogSchema.columns(version);
        this.identity = identity;
    }

    /** Whether the file is a log of Sentinel. Throws {@link Unusable} if it cannot be read. */
    public static boolean isLog(Path path) {
        try (SourceFile file = SourceFile.open(path)) {
            return file.read(connection -> Sqlite.queryLong(connection, "PRAGMA application_id"))
                    == LogSchema.APPLICATION_ID;
        }
    }

    /** Throws {@link Unusable} if the file is not a readable log, or has anything else in it. */
    public static SqliteLogSource open(Path path) {
        SourceFile file = SourceFile.open(path);
        try {
            long version = file.read(connection -> {
                long found = LogSchema.version(connection, file.path());
                LogSchema.checkExact(connection, found, file.path());
                return found;
            });
            return new SqliteLogSource(file, version, file.read(connection -> LogSchema.identity(connection, version)));
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Checks that all positions from {@code from} to before {@code to} are events that this server could have stored.
     * Throws {@link Unusable} for the first one that is not.
     */
    public void check(long from, long to) {
        for (long at = from; at < to; at += CHECKED_AT_ONCE) {
            long start = at;
            long end = Math.min(to, at + CHECKED_AT_ONCE);
            file.read(connection -> new LogRows(connection, version).firstBad(start, end))
                    .ifPresent(seq -> {
                        throw damaged(seq);
                    });
        }
    }

    @Override
    public int number() {
        return identity.number();
    }

    @Override
    public String logId() {
        return identity.logId();
    }

    @Override
    public long end() {
        return file.read(
                connection -> Sqlite.queryLong(connection, "SELECT coalesce(max(seq) + 1, 0) FROM audit_events"));
    }

    @Override
    public long agents() {
        return file.read(connection ->
                Sqlite.queryLong(connection, "SELECT count(DISTINCT agent_instance_id) FROM audit_events"));
    }

    @Override
    public List<StoredEvent> read(long from, long to) {
        List<StoredEvent> events = file.read(connection -> slice(connection, from, to));
        if (events.isEmpty()) {
            throw damaged(from);
        }
        return events;
    }

    private List<StoredEvent> slice(Connection connection, long from, long to) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT " + columns
                + " FROM audit_events WHERE seq >= ? AND seq < ? ORDER BY seq LIMIT " + MAX_EVENTS)) {
            select.setLong(1, from);
            select.setLong(2, to);
            try (ResultSet rows = select.executeQuery()) {
                List<StoredEvent> events = new ArrayList<>();
                long weight = 0;
                while (weight < MAX_WEIGHT && rows.next()) {
                    StoredEvent event = event(rows, from + events.size());
                    events.add(event);
                    weight += event.event().weight();
                }
                return events;
            }
        }
    }

    private StoredEvent event(ResultSet row, long expected) throws SQLException {
        try {
            StoredEvent event = EventRow.read(row, identity.legacyKey());
            if (event.seq() == expected) {
                return event;
            }
        } catch (NullPointerException | IllegalArgumentException e) {
            throw damaged(expected);
        }
        throw damaged(expected);
    }

    private Unusable damaged(long seq) {
        return new Unusable(file.path() + " has no valid event at position " + seq);
    }

    @Override
    public void close() {
        file.close();
    }
}
