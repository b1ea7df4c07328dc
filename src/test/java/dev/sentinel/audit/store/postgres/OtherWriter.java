package dev.sentinel.audit.store.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Another session that writes events, in transactions that end when the test decides. */
final class OtherWriter implements AutoCloseable {
    private static final String INSERT = """
            INSERT INTO audit_events (event_id, timestamp, agent_instance_id, trace_id, actor, action_type, resource,
              status, metadata, received_at)
            SELECT gen_random_uuid(), now() - n * interval '40 seconds', 'agent-' || n % 3, 'trace', 'agent',
              'tool_call', 'resource', CASE WHEN n % 4 = 0 THEN 'error' ELSE 'success' END, '{}', now()
            FROM generate_series(1, ?) n
            RETURNING arrival""";

    private final Connection connection;

    OtherWriter(PostgresServer server, String url) throws SQLException {
        connection = server.connect(url);
        connection.setAutoCommit(false);
    }

    /** Returns their arrivals. */
    List<Long> insert(int events) throws SQLException {
        List<Long> arrivals = new ArrayList<>();
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setInt(1, events);
            try (ResultSet rows = insert.executeQuery()) {
                while (rows.next()) {
                    arrivals.add(rows.getLong(1));
                }
            }
        }
        return arrivals;
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    void commit() throws SQLException {
        connection.commit();
    }

    void rollback() throws SQLException {
        connection.rollback();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
