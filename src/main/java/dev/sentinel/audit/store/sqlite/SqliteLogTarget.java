package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.EventContent;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.files.PrivateFiles;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.store.migrate.LogTarget;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies a log into a file, with its positions. Until the copy is complete and verified, it has a name of its own, with
 * which no server starts. Holds the lock of the server.
 */
public final class SqliteLogTarget implements LogTarget {
    private final SqliteFiles files;
    private final SqliteFiles unfinished;
    private final ProcessLock lock;
    private @Nullable EventLog log;

    private SqliteLogTarget(SqliteFiles files, ProcessLock lock) {
        this.files = files;
        this.unfinished = new SqliteFiles(
                files.unfinishedCopy(), files.index(), files.keys(), files.tree(), files.state(), files.lock());
        this.lock = lock;
    }

    /** Locks out servers. Writes nothing else. Throws {@link Unusable}. */
    public static SqliteLogTarget open(Path log) {
        SqliteFiles files = SqliteFiles.of(log);
        try {
            PrivateFiles.createDirectories(files.log().getParent());
        } catch (IOException e) {
            throw unusable(files.log(), SqliteFiles.reason(e), e);
        }
        ProcessLock lock = ProcessLock.acquire(files.lock());
        try {
            LogSwap.finish(files);
            if (Files.exists(files.log())) {
                files.refuseUnfinished();
            }
            return new SqliteLogTarget(files, lock);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static Unusable unusable(Path file, String reason, Exception cause) {
        return new Unusable(file + " cannot be written: " + reason, cause);
    }

    private static Unusable unusable(Path file, SQLException cause) {
        return unusable(file, Sqlite.reason(cause), cause);
    }

    @Override
    public Held held(String logId) {
        Path held = Files.exists(unfinished.log()) ? unfinished.log() : files.log();
        if (!Files.exists(held) || LogSchema.isBlank(held)) {
            return new Held(false, false, 0, null);
        }
        try (SqliteLogSource log = SqliteLogSource.open(held)) {
            long end = log.end();
            return new Held(
                    log.logId().equals(logId),
                    held.equals(files.log()),
                    end,
                    end == 0 ? null : log.read(end - 1, end).get(0).event().eventId());
        }
    }

    @Override
    public void begin(String logId) {
        try {
            if (!Files.exists(unfinished.log()) && Files.exists(files.log())) {
                // Its write-ahead log is of its present name.
                EventLog.open(files.log()).close();
                files.deleteTree();
                move(files.log(), unfinished.log());
            }
            try (EventLog copy = EventLog.open(unfinished.log())) {
                copy.adoptId(logId);
            }
            log = EventLog.open(unfinished.log());
        } catch (SQLException e) {
            throw unusable(unfinished.log(), e);
        }
    }

    private static void move(Path from, Path to) {
        try {
            PrivateFiles.force(from);
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            PrivateFiles.forceDirectory(to.getParent());
        } catch (IOException e) {
            throw unusable(to, SqliteFiles.reason(e), e);
        }
    }

    private EventLog log() {
        return Objects.requireNonNull(log, "begin() must be called first");
    }

    @Override
    public Future<Void> append(List<StoredEvent> events) {
        try {
            log().append(events);
            return Future.succeededFuture();
        } catch (SQLException e) {
            return Future.failedFuture(unusable(unfinished.log(), e));
        }
    }

    /** Builds the index, which is deleted first: it may be that of a log with another name. */
    @Override
    public void deriveQueryData() {
        try {
            log().close();
            files.deleteIndex();
            // Nothing is appended as a client would, so there are no retries to tell.
            OpenedFiles opened = OpenedFiles.openLocked(
                    unfinished, 1, new EventContent(RedactionRules.off()), Clock.systemUTC(), lock);
            opened.writer().close();
            opened.index().close();
            log = EventLog.open(unfinished.log());
        } catch (SQLException e) {
            throw unusable(unfinished.log(), e);
        }
    }

    @Override
    public Future<List<StoredEvent>> read(long from, long to) {
        try {
            return Future.succeededFuture(log().readFrom(from, (int) (to - from)));
        } catch (SQLException e) {
            return Future.failedFuture(unusable(unfinished.log(), e));
        }
    }

    @Override
    public void agents(ObjLongConsumer<String> each) {
        try (Connection index = Sqlite.openReader(files.index());
                Statement select = index.createStatement();
                ResultSet rows = select.executeQuery("SELECT agent_instance_id, total FROM agents")) {
            while (rows.next()) {
                each.accept(rows.getString(1), rows.getLong(2));
            }
        } catch (SQLException e) {
            throw unusable(files.index(), e);
        }
    }

    @Override
    public void finish(String logId, long events, String digest, int number) {
        try {
            log().beginNumber(number);
            log().close();
        } catch (SQLException e) {
            throw unusable(unfinished.log(), e);
        }
        move(unfinished.log(), files.log());
    }

    @Override
    public void close() {
        try {
            if (log != null) {
                log.close();
            }
        } catch (SQLException e) {
            throw unusable(unfinished.log(), e);
        } finally {
            lock.close();
        }
    }
}
