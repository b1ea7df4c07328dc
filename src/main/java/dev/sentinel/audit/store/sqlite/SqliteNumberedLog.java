package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.store.NumberedLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

/** A {@link NumberedLog} in a file. Holds the lock of the server while it is open. */
public final class SqliteNumberedLog implements NumberedLog {
    private final SqliteFiles files;
    private final ProcessLock lock;
    private final EventLog log;

    private SqliteNumberedLog(SqliteFiles files, ProcessLock lock, EventLog log) {
        this.files = files;
        this.lock = lock;
        this.log = log;
    }

    /** Throws {@link Unusable} if there is no log, or while a server uses it. */
    public static SqliteNumberedLog open(Path file) {
        SqliteFiles files = SqliteFiles.of(file);
        if (!Files.isDirectory(files.log().getParent())) {
            throw missing(files);
        }
        ProcessLock lock = ProcessLock.acquire(files.lock());
        try {
            LogSwap.finish(files);
            if (!Files.exists(files.log())) {
                throw missing(files);
            }
            LogSchema.checkOwn(files.log());
            return new SqliteNumberedLog(files, lock, EventLog.open(files.log()));
        } catch (SQLException e) {
            lock.close();
            throw unusable(files, e);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static Unusable missing(SqliteFiles files) {
        return new Unusable(files.log() + " does not exist; check DATA_DIR");
    }

    private static Unusable unusable(SqliteFiles files, SQLException cause) {
        return new Unusable(files.log() + " cannot be used: " + Sqlite.reason(cause), cause);
    }

    @Override
    public String logId() {
        return log.identity().logId();
    }

    @Override
    public int number() {
        return log.identity().number();
    }

    @Override
    public long events() {
        try {
            return log.nextSeq();
        } catch (SQLException e) {
            throw unusable(files, e);
        }
    }

    @Override
    public void begin(int number) {
        try {
            log.beginNumber(number);
            files.deleteTree();
        } catch (SQLException e) {
            throw unusable(files, e);
        }
    }

    @Override
    public void close() {
        try {
            log.close();
        } catch (SQLException e) {
            throw unusable(files, e);
        } finally {
            lock.close();
        }
    }
}
