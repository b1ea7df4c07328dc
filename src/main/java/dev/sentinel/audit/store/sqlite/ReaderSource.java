package dev.sentinel.audit.store.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * Connections for queries: read-only, the index as main database, the log attached. The order matters, see the
 * package's load-bearing details.
 */
final class ReaderSource extends SQLiteDataSource {
    private final SqliteFiles files;

    ReaderSource(SqliteFiles files) {
        super(config());
        this.files = files;
        setUrl("jdbc:sqlite:" + files.index());
    }

    private static SQLiteConfig config() {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(5_000);
        // 2 MiB a file and connection: the upper levels of the trees. What is written empties it; what lies below is in
        // the page cache of the system, once for all connections.
        config.setCacheSize(-2_048);
        return config;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        try (PreparedStatement attach = connection.prepareStatement("ATTACH ? AS log")) {
            attach.setString(1, files.log().toString());
            attach.execute();
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }
}
