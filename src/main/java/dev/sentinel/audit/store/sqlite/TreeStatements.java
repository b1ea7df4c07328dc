package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.lsm.LsmCache;
import dev.sentinel.audit.store.lsm.LsmReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The prepared statements of the functions of one connection. A statement that has failed cannot be used again:
 * SQLite's driver discards it. So all are prepared anew after a failure. Blocking; belongs to its connection.
 */
final class TreeStatements {
    private static final Logger LOG = LoggerFactory.getLogger(TreeStatements.class);

    private final Connection connection;
    private final LsmCache cache;
    private @Nullable LsmReader trees;
    private @Nullable AgentNames names;
    private @Nullable PreparedStatement selectResource;

    /** @param connection of the index, with the log attached */
    TreeStatements(Connection connection, LsmCache cache) {
        this.connection = connection;
        this.cache = cache;
    }

    LsmReader trees() throws SQLException {
        LsmReader prepared = trees;
        if (prepared == null) {
            prepared = new LsmReader(connection, cache);
            trees = prepared;
        }
        return prepared;
    }

    AgentNames names() throws SQLException {
        AgentNames prepared = names;
        if (prepared == null) {
            prepared = new AgentNames(connection);
            names = prepared;
        }
        return prepared;
    }

    /** The resource of an event of the log; empty text if there is no such event. */
    String resourceOf(long seq) throws SQLException {
        PreparedStatement select = selectResource;
        if (select == null) {
            select = connection.prepareStatement("SELECT resource FROM log.audit_events WHERE seq = ?");
            selectResource = select;
        }
        select.setLong(1, seq);
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? row.getString(1) : "";
        }
    }

    /** Must be called when one of them may have failed. */
    void discard() {
        close(trees);
        close(names);
        close(selectResource);
        trees = null;
        names = null;
        selectResource = null;
    }

    private static void close(@Nullable AutoCloseable statements) {
        try {
            if (statements != null) {
                statements.close();
            }
        } catch (Exception e) {
            LOG.debug("close failed", e);
        }
    }
}
