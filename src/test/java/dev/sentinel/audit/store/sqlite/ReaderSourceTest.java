package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.store.lsm.Entry;
import dev.sentinel.audit.store.lsm.LsmCache;
import dev.sentinel.audit.store.lsm.LsmWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    /** A statement within a function that is interrupted must be prepared anew. */
    @Test
    void function_interrupted_canBeCalledAgain() throws SQLException {
        addEntries(20_000);
        String walk = new WalkSql(WalkFunction.END, true, 20_000, new ArrayList<>())
                .sql()
                .replaceAll("\\?, \\?, \\?, \\?, \\?", "0, 0, 30000, 0, 20000");
        try (Connection connection =
                new ReaderSource(files, new LsmCache(), () -> {}, Duration.ofMillis(500)).getConnection()) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> query(
                                connection,
                                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                                        + " SELECT sum(length(" + walk.replace("30000", "30000 + i - i")
                                        + ")) FROM n"))
                        .isInstanceOfSatisfying(
                                SQLiteException.class,
                                cause -> assertThat(Sqlite.reason(cause)).isEqualTo("a statement ran for too long"));

                assertThat(query(connection, "SELECT length(" + walk + ")")).isEqualTo("[0,0]".length());
            }
        }
    }

    private void addEntries(int count) throws SQLException {
        try (Connection index = Sqlite.openWriter(files.index(), "OFF")) {
            List<Entry> entries = new ArrayList<>();
            for (int i = count - 1; i >= 0; i--) {
                entries.add(new Entry(0, 0, i, i, 0, 0));
            }
            LsmWriter trees = new LsmWriter(index, IndexTrees.ALL);
            trees.add(IndexTrees.TIMES, entries);
            trees.finish();
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
