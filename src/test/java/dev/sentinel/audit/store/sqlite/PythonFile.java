package dev.sentinel.audit.store.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/** A database in the format of the Python server. */
public final class PythonFile {
    private final Path file;
    private final String metadata;

    /** @param metadata the name of the metadata column, which changed between versions */
    public PythonFile(Path file, String metadata) throws SQLException {
        this.file = file;
        this.metadata = metadata;
        execute("CREATE TABLE audit_events (id INTEGER NOT NULL PRIMARY KEY, event_id VARCHAR NOT NULL,"
                + " timestamp DATETIME, agent_instance_id VARCHAR, trace_id VARCHAR, actor VARCHAR(6),"
                + " action_type VARCHAR(12), resource VARCHAR, status VARCHAR(7),"
                + " latency_ms INTEGER, " + metadata + " JSON)");
    }

    public Path path() {
        return file;
    }

    /** Adds a typical row. */
    public UUID add(String agent, String metadataText) throws SQLException {
        UUID id = UUID.randomUUID();
        add(id.toString(), agent, "tool_call", metadataText);
        return id;
    }

    /** Adds a row with these values, which need not form a valid event. */
    public void add(String eventId, String agent, String actionType, String metadataText) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO audit_events (event_id, timestamp,"
                        + " agent_instance_id, trace_id, actor, action_type, resource, status, latency_ms, "
                        + metadata
                        + ") VALUES (?, '2024-05-01 12:00:00.123456', ?, 'trace', 'agent', ?, 'search',"
                        + " 'success', 12, ?)")) {
            insert.setString(1, eventId);
            insert.setString(2, agent);
            insert.setString(3, actionType);
            insert.setString(4, metadataText);
            insert.executeUpdate();
        }
    }

    public void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file);
    }
}
