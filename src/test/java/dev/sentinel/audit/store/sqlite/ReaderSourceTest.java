package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.store.lsm.LsmCache;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Connections for queries. */
@Timeout(60)
final class ReaderSourceTest {
    private static final String ENDLESS =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";

    @TempDir
    private Path directory;

    private SqliteFiles files;

    @BeforeEach
    void createFiles() throws SQLException {
        files = SqliteFiles.of(directory.resolve("sentinel_audit.db"));
        EventLog.open(files.log()).close();
        try (Connection index = Sqlite.openWriter(files.index(), "NORMAL")) {
            IndexSchema.create(index, "log");
        }
    }

    @Test
    void statement_endless_isInterrupted() throws SQLException {
        try (Connection connection =
                new ReaderSource(files, new LsmCache(), () -> {}, Duration.ofMillis(200)).getConnection()) {
            assertThatThrownBy(() -> query(connection, ENDLESS))
                    .isInstanceOfSatisfying(SQLiteException.class, cause -> {
                        assertThat(cause.getResultCode()).isEqualTo(SQLiteErrorCode.SQLITE_INTERRUPT);
                        assertThat(Sqlite.reason(cause)).isEqualTo("a statement ran for too long");
                    });

            assertThat(query(connection, "SELECT count(*) FROM log.audit_events"))
                    .as("the next statement")
                    .isZero();
        }
    }

    /** The time of a connection without work does not count. */
    @Test
    void statement_afterALongPause_isNotInterrupted() throws Exception {
        try (Connection connection =
                new ReaderSource(files, new LsmCache(), () -> {}, Duration.ofSeconds(1)).getConnection()) {
            TimeUnit.MILLISECONDS.sleep(1_100);

            assertThat(query(connection, ENDLESS.replace("FROM n)", "FROM n LIMIT 20000)")))
                    .isEqualTo(20_000);
        }
    }

    @Test
    void statement_writing_isRefused() throws SQLException {
        try (Connection connection = new ReaderSource(files, new LsmCache(), () -> {}).getConnection()) {
            assertThatThrownBy(() -> Sqlite.execute(connection, "DELETE FROM agents"))
                    .hasMessageContaining("readonly");
        }
    }

    private static long query(Connection connection, String sql) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql);
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }
}
