package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.StoredEvent;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Writes and changes files of a store directly, as an administrator of the machine can. */
public final class LogFiles {
    private LogFiles() {}

    /** Appends to a log, which is created if it does not exist. */
    public static void append(Path log, List<StoredEvent> events) throws SQLException {
        try (EventLog file = EventLog.open(log)) {
            file.append(events);
        }
    }

    /** All events of a log that has no gaps. */
    public static List<StoredEvent> read(Path log) {
        List<StoredEvent> events = new ArrayList<>();
        try (SqliteLogSource source = SqliteLogSource.open(log)) {
            while (events.size() < source.end()) {
                events.addAll(source.read(events.size(), source.end()));
            }
        }
        return events;
    }

    /** Runs statements, as with the command line of SQLite. */
    public static void run(Path file, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Creates an empty tree file, as a server has one beside its log. */
    public static void createTree(Path file) throws SQLException {
        run(
                file,
                "PRAGMA application_id=1",
                "PRAGMA journal_mode=WAL",
                "CREATE TABLE tiles (level INTEGER, n INTEGER, hashes BLOB, PRIMARY KEY (level, n))",
                "CREATE TABLE tree (id INTEGER PRIMARY KEY CHECK (id = 0), size INTEGER, root BLOB, checkpoint TEXT)");
    }

    /** Adds a tile to a tree file. */
    public static void addTile(Path file, int level, long n, byte[] hashes) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                PreparedStatement insert = connection.prepareStatement("INSERT INTO tiles VALUES (?, ?, ?)")) {
            insert.setInt(1, level);
            insert.setLong(2, n);
            insert.setBytes(3, hashes);
            insert.executeUpdate();
        }
    }

    /** Sets the state of a tree file. */
    public static void setState(Path file, long size, byte[] root, String checkpoint) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                PreparedStatement insert = connection.prepareStatement("REPLACE INTO tree VALUES (0, ?, ?, ?)")) {
            insert.setLong(1, size);
            insert.setBytes(2, root);
            insert.setString(3, checkpoint);
            insert.executeUpdate();
        }
    }
}
