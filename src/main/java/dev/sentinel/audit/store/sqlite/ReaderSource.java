package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.PageBuilder;
import dev.sentinel.audit.store.lsm.LsmCache;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * Opens connections for queries: read-only, the index as main database, the log attached, and the functions that read
 * the trees of the index. The order matters: see the invariants in the package description.
 */
final class ReaderSource extends SQLiteDataSource {
    /** Fifty times what a search may take on a busy machine, and less than clients and proxies wait. */
    private static final Duration STATEMENT_LIMIT = Duration.ofSeconds(10);

    /** More than the JSON of the largest event. */
    private static final int MAX_EVENT_BYTES = 256 << 10;

    private final SqliteFiles files;
    private final LsmCache indexCache;
    private final Runnable onDamage;
    private final Duration statementLimit;

    /** @param onDamage is called when a query meets what was never written; any thread */
    ReaderSource(SqliteFiles files, LsmCache indexCache, Runnable onDamage) {
        this(files, indexCache, onDamage, STATEMENT_LIMIT);
    }

    ReaderSource(SqliteFiles files, LsmCache indexCache, Runnable onDamage, Duration statementLimit) {
        super(config());
        this.files = files;
        this.indexCache = indexCache;
        this.onDamage = onDamage;
        this.statementLimit = statementLimit;
    }

    private static SQLiteConfig config() {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(5_000);
        // 2 MiB per file and connection: the upper levels of the B-trees. Every write invalidates this cache; the lower
        // levels are in the page cache of the system, shared by all connections.
        config.setCacheSize(-2_048);
        // A page is one value. Longer ones are refused before there is no memory for them.
        config.setPragma(SQLiteConfig.Pragma.LIMIT_LENGTH, Integer.toString(PageBuilder.MAX_BYTES + MAX_EVENT_BYTES));
        return config;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = ReaderConnection.open(files.index(), getConfig(), statementLimit);
        try (PreparedStatement attach = connection.prepareStatement("ATTACH ? AS log")) {
            attach.setString(1, files.log().toString());
            attach.execute();
            Sqlite.distrust(connection);
            TreeFunctions.create(connection, indexCache, onDamage);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }
}
