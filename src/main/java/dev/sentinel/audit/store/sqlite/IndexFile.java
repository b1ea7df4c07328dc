package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.failure.Failure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the index, or rebuilds it if the existing file does not provably belong to this log. Blocking, worker threads.
 */
final class IndexFile {
    private static final Logger LOG = LoggerFactory.getLogger(IndexFile.class);

    /** Offsets in the database header, https://www.sqlite.org/fileformat.html section 1.3. */
    private static final int HEADER_BYTES = 100;

    private static final int PAGE_SIZE = 16;
    private static final int PAGE_COUNT = 28;

    private IndexFile() {}

    /** Opens an index that belongs to this log and is not ahead of it. */
    static EventIndex open(SqliteFiles files, EventLog log, RecentIds recentIds, Clock clock) throws SQLException {
        if (Files.exists(files.index())) {
            Optional<String> defect = defect(files, log);
            if (defect.isEmpty()) {
                Optional<EventIndex> kept = openKept(files.index(), log, recentIds, clock);
                if (kept.isPresent()) {
                    return kept.get();
                }
                defect = Optional.of("damaged");
            }
            LOG.warn("index discarded file={} reason={} effect=\"rebuilding it\"", files.index(), defect.get());
        }
        files.deleteIndex();
        try (Connection connection = connect(files.index())) {
            IndexSchema.create(connection, log.identity().logId());
        }
        EventIndex index = reopen(files.index(), recentIds, clock);
        index.openFilters(log);
        return index;
    }

    /** Empty if the index is damaged. A failure that has another cause would meet the new index too. */
    private static Optional<EventIndex> openKept(Path file, EventLog log, RecentIds recentIds, Clock clock)
            throws SQLException {
        EventIndex index = null;
        try {
            index = reopen(file, recentIds, clock);
            index.openFilters(log);
            return Optional.of(index);
        } catch (SQLException | RuntimeException e) {
            if (index != null) {
                index.close();
            }
            if (!isDamage(e)) {
                throw e;
            }
            LOG.debug("index damaged file={}", file, e);
            return Optional.empty();
        }
    }

    /** Whether the index has pages that are inconsistent, or values that no {@link EventIndex} has written. */
    static boolean isDamage(Exception cause) {
        return cause instanceof SQLException sql
                ? Sqlite.isDamage(sql)
                : cause instanceof RuntimeException && !(cause instanceof Failure);
    }

    /** Reopens the index after a failure, without checks. */
    static EventIndex reopen(Path index, RecentIds recentIds, Clock clock) throws SQLException {
        Connection connection = connect(index);
        try {
            return new EventIndex(connection, recentIds, clock);
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static Connection connect(Path index) throws SQLException {
        Connection connection = Sqlite.openWriter(index, "NORMAL");
        // 32 MiB: the sums of many agents are scattered.
        Sqlite.execute(connection, "PRAGMA cache_size=-32768");
        // 32 MiB, which is not reached: the writer checkpoints earlier, between commits.
        Sqlite.execute(connection, "PRAGMA wal_autocheckpoint=8192");
        return connection;
    }

    private static Optional<String> defect(SqliteFiles files, EventLog log) {
        try {
            if (files.index().toFile().length() == 0) {
                return Optional.of("empty");
            }
            try (Connection connection = connect(files.index())) {
                // After a kill during a checkpoint the file may be shorter than its header says, and nothing is lost.
                Sqlite.checkpoint(connection, "TRUNCATE");
                if (isTruncated(files.index())) {
                    return Optional.of("truncated");
                }
                long version = Sqlite.queryLong(connection, "PRAGMA user_version");
                if (version == IndexSchema.DAMAGED) {
                    return Optional.of("damaged");
                }
                return version == IndexSchema.VERSION ? contradiction(connection, log) : Optional.of("other-version");
            }
        } catch (SQLException e) {
            return Optional.of("unreadable");
        } catch (IOException e) {
            return Optional.of("io-error");
        }
    }

    /** SQLite notices missing pages only when it reads them. */
    private static boolean isTruncated(Path index) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(index.toFile(), "r")) {
            if (file.length() < HEADER_BYTES) {
                return true;
            }
            file.seek(PAGE_SIZE);
            int stored = file.readUnsignedShort();
            long pageSize = stored == 1 ? 65_536 : stored;
            file.seek(PAGE_COUNT);
            return file.length() < pageSize * Integer.toUnsignedLong(file.readInt());
        }
    }

    private static Optional<String> contradiction(Connection connection, EventLog log) throws SQLException {
        try (PreparedStatement select =
                        connection.prepareStatement("SELECT log_id, next_seq, last_event_id FROM progress");
                ResultSet row = select.executeQuery()) {
            if (!row.next() || !log.identity().logId().equals(row.getString(1))) {
                return Optional.of("other-log");
            }
            long nextSeq = row.getLong(2);
            byte[] lastId = row.getBytes(3);
            if (nextSeq == 0) {
                return Optional.empty();
            }
            boolean agrees = log.read(nextSeq - 1)
                    .map(last -> Arrays.equals(Keys.bytes(last.event().eventId()), lastId))
                    .orElse(false);
            return agrees ? Optional.empty() : Optional.of("other-history");
        }
    }
}
