package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.evidence.tlog.Tile;
import dev.sentinel.audit.evidence.tlog.TileId;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.store.TreeStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tree in a file of its own, {@code sentinel_audit.tree.db}: the index may be thrown away at any time, and the one
 * writer of the log must not pay for it. Blocking, one thread at a time. Methods keep the promises of
 * {@link TreeStore}. After a failure, such as on a full disk, the file is opened again: a connection may fail for ever
 * then.
 */
final class TreeFile implements AutoCloseable {
    private static final int VERSION = 1;

    /** "STRE". */
    private static final int APPLICATION_ID = 0x53545245;

    private static final String[] TABLES = {
        "CREATE TABLE tiles (level INTEGER NOT NULL, n INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (level, n))",
        "CREATE TABLE tree (id INTEGER PRIMARY KEY CHECK (id = 0), size INTEGER NOT NULL, root BLOB NOT NULL,"
                + " checkpoint TEXT)"
    };

    private static final Logger LOG = LoggerFactory.getLogger(TreeFile.class);

    private final Path file;
    private Connection connection;
    private boolean failed;

    private TreeFile(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /** Opens or creates the file beside a log. Throws {@link Unusable} if it cannot be used. */
    static TreeFile open(Path log) {
        SqliteFiles files = SqliteFiles.of(log);
        try {
            return openFile(files.tree());
        } catch (SQLException e) {
            if (!Sqlite.isDamage(e)) {
                throw unusable(files.tree(), e);
            }
            LOG.warn("tree file damaged file={} effect=\"it is built again from the log\"", files.tree());
            files.deleteTree();
        }
        try {
            return openFile(files.tree());
        } catch (SQLException e) {
            throw unusable(files.tree(), e);
        }
    }

    private static Unusable unusable(Path file, SQLException cause) {
        return new Unusable(file + " cannot be used: " + Sqlite.reason(cause), cause);
    }

    private static TreeFile openFile(Path file) throws SQLException {
        return new TreeFile(file, connect(file));
    }

    private static Connection connect(Path file) throws SQLException {
        Connection connection = Sqlite.openWriter(file, "FULL");
        try {
            // Few and small commits, by a thread that nobody waits for.
            Sqlite.execute(connection, "PRAGMA wal_autocheckpoint=1000");
            migrate(connection, file);
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static void migrate(Connection connection, Path file) throws SQLException {
        long version = Sqlite.queryLong(connection, "PRAGMA user_version");
        if (version > VERSION) {
            throw new Unusable(file + " was written by a newer version of Sentinel; start that version");
        }
        if (version == 0) {
            if (Sqlite.queryLong(connection, "SELECT count(*) FROM sqlite_schema") > 0) {
                throw new Unusable(file + " is a database of another program; move it away");
            }
            Sqlite.execute(connection, "BEGIN IMMEDIATE");
            for (String ddl : TABLES) {
                Sqlite.execute(connection, ddl);
            }
            Sqlite.execute(connection, "PRAGMA application_id=" + APPLICATION_ID);
            Sqlite.execute(connection, "PRAGMA user_version=" + VERSION);
            Sqlite.execute(connection, "COMMIT");
        }
    }

    TreeStore.Extent extent() {
        return call(() -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT size, root, checkpoint FROM tree");
                    ResultSet row = select.executeQuery()) {
                return row.next()
                        ? new TreeStore.Extent(row.getLong(1), TreeHash.of(row.getBytes(2)), row.getString(3), false, 0)
                        : TreeStore.Extent.EMPTY;
            }
        });
    }

    void grow(long from, List<Tile> full, long size, TreeHash root) {
        if (extent().size() != from) {
            throw changed();
        }
        call(() -> {
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO tiles VALUES (?, ?, ?)")) {
                for (Tile tile : full) {
                    insert.setInt(1, tile.id().level());
                    insert.setLong(2, tile.id().index());
                    insert.setBytes(3, tile.hashes());
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            reach(size, root);
            return null;
        });
    }

    private void reach(long size, TreeHash root) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("INSERT INTO tree VALUES (0, ?, ?, NULL)"
                + " ON CONFLICT (id) DO UPDATE SET size = excluded.size, root = excluded.root")) {
            update.setLong(1, size);
            update.setBytes(2, root.bytes());
            update.executeUpdate();
        }
    }

    private Unavailable changed() {
        return new Unavailable("the tree in " + file + " was changed by somebody else");
    }

    void publish(@Nullable String before, String checkpoint) {
        TreeStore.Extent extent = extent();
        if (!Objects.equals(extent.checkpoint(), before)) {
            throw changed();
        }
        call(() -> {
            reach(extent.size(), extent.root());
            try (PreparedStatement update = connection.prepareStatement("UPDATE tree SET checkpoint = ?")) {
                update.setString(1, checkpoint);
                update.executeUpdate();
            }
            return null;
        });
    }

    Map<TileId, byte[]> tiles(Collection<TileId> ids) {
        return call(() -> {
            Map<TileId, byte[]> found = new HashMap<>();
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT hashes FROM tiles WHERE level = ? AND n = ?")) {
                for (TileId id : ids) {
                    select.setInt(1, id.level());
                    select.setLong(2, id.index());
                    try (ResultSet row = select.executeQuery()) {
                        if (row.next()) {
                            found.put(id, row.getBytes(1));
                        }
                    }
                }
            }
            return found;
        });
    }

    void clear() {
        call(() -> {
            Sqlite.execute(connection, "DELETE FROM tiles");
            reach(0, TreeHash.EMPTY);
            return null;
        });
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw Sqlite.unavailable(e);
        }
    }

    @FunctionalInterface
    private interface Work<T> {
        T run() throws SQLException;
    }

    /** Runs in one transaction. */
    private <T> T call(Work<T> work) {
        try {
            if (failed) {
                connection.close();
                connection = connect(file);
                failed = false;
            }
            T result = work.run();
            connection.commit();
            return result;
        } catch (SQLException e) {
            rollBack();
            failed = true;
            throw Sqlite.unavailable(e);
        } catch (RuntimeException e) {
            rollBack();
            throw new Unavailable(file + " cannot be read; delete it, and it is built again", e);
        }
    }

    private void rollBack() {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // The next transaction fails too, and is reported.
        }
    }
}
