package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteTest {
    /** An export of hours, or a tool that an operator left open, holds a snapshot. */
    @Test
    void writer_afterALongReader_givesTheSpaceBack(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("log.db");
        Path wal = directory.resolve("log.db-wal");
        try (Connection writer = Sqlite.openWriter(file, "OFF")) {
            Sqlite.execute(writer, "CREATE TABLE t (content BLOB)");
            try (Connection reader = Sqlite.openReader(file)) {
                reader.setAutoCommit(false);
                Sqlite.queryLong(reader, "SELECT count(*) FROM t");
                write(writer, 2 * Sqlite.MAX_IDLE_WAL_BYTES);
                assertThat(Files.size(wal)).isGreaterThan(2L * Sqlite.MAX_IDLE_WAL_BYTES);
            }
            Sqlite.checkpoint(writer, "PASSIVE");
            write(writer, 1);

            assertThat(Files.size(wal)).isLessThanOrEqualTo(Sqlite.MAX_IDLE_WAL_BYTES);
        }
    }

    private static void write(Connection writer, int bytes) throws SQLException {
        Sqlite.execute(writer, "INSERT INTO t VALUES (zeroblob(" + bytes + "))");
    }
}
