package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.PageBuilder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * Opens connections for queries: read-only, the index as main database, the log attached. The order matters: see the
 * invariants in the package description.
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
        // 2 MiB per file and connection: the upper levels of the B-trees. Every write invalidates this cache; the lower
        // levels are in the page cache of the system, shared by all connections.
        config.setCacheSize(-2_048);
        // A page is one value. Longer ones are refused before there is no memory for them.
        config.setPragma(SQLiteConfig.Pragma.LIMIT_LENGTH, Integer.toString(2 * PageBuilder.MAX_BYTES));
        return config;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        try (PreparedStatement attach = connection.prepareStatement("ATTACH ? AS log")) {
            attach.setString(1, files.log().toString());
            attach.execute();
            Sqlite.distrust(connection);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }
}
