package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.EventContent;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.files.PrivateFiles;
import dev.sentinel.audit.store.LogIdentity;
import dev.sentinel.audit.store.lsm.LsmCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;

/** The parts of an open store: both files belong to one log, and the index has caught up with it. */
record OpenedFiles(
        ProcessLock lock,
        LogIdentity identity,
        EventIndex index,
        RecentIds recentIds,
        LsmCache indexCache,
        RecentLeaves recentLeaves,
        IndexBacklog backlog,
        LogWriter writer,
        Checkpointer checkpointer) {
    /** The backlog's share of a heap of 256 MiB. */
    private static final long MAX_BACKLOG_BYTES = 24L << 20;

    /** Blocking. Throws {@link Unusable} with one line that names the file and the problem. */
    static OpenedFiles open(SqliteFiles files, int maxBacklog, EventContent content, Clock clock) {
        makeDirectory(files.log().getParent());
        ProcessLock lock = ProcessLock.acquire(files.lock());
        try {
            LogSwap.finish(files);
            files.refuseUnfinished();
            return openLocked(files, maxBacklog, content, clock, lock);
        } catch (SQLException e) {
            lock.close();
            throw unusable(files.log() + " cannot be used: " + Sqlite.reason(e), e);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** As {@link #open}, for a caller that has the lock and keeps it if this fails. */
    static OpenedFiles openLocked(
            SqliteFiles files, int maxBacklog, EventContent content, Clock clock, ProcessLock lock)
            throws SQLException {
        checkOnlyName(files.log());
        LogSchema.checkOwn(files.log());
        IndexBacklog backlog = new IndexBacklog(maxBacklog, MAX_BACKLOG_BYTES);
        RecentIds recentIds = new RecentIds();
        LsmCache indexCache = new LsmCache();
        RecentLeaves recentLeaves = new RecentLeaves();
        EventIndex index;
        LogIdentity identity;
        try (EventLog log = EventLog.open(files.log())) {
            log.probe();
            identity = log.identity();
            index = IndexRebuild.open(files, log, recentIds, clock);
            backlog.startAt(index.nextSeq());
        } catch (UncheckedIOException e) {
            throw unusable(files.index() + " cannot be replaced: " + e.getMessage(), e);
        }
        Checkpointer checkpointer = new Checkpointer(files.log());
        return new OpenedFiles(
                lock,
                identity,
                index,
                recentIds,
                indexCache,
                recentLeaves,
                backlog,
                new LogWriter(
                        files, identity, recentIds, indexCache, recentLeaves, backlog, checkpointer, content, clock),
                checkpointer);
    }

    /**
     * A file with two names has two write-ahead logs and two locks: two servers would overwrite each other, and even a
     * reader would miss events.
     */
    private static void checkOnlyName(Path log) {
        int names = UnixFile.of(log).map(UnixFile::links).orElse(1);
        if (names > 1) {
            throw new Unusable(
                    log + " has " + names + " names (hard links), so another server could write it unnoticed;"
                            + " delete the other names, or copy the file: cp FILE COPY && mv COPY FILE");
        }
    }

    private static void makeDirectory(Path directory) {
        try {
            PrivateFiles.createDirectories(directory);
        } catch (IOException e) {
            throw unusable("the directory " + directory + " cannot be created: " + SqliteFiles.reason(e), e);
        }
    }

    private static Unusable unusable(String message, Exception cause) {
        return new Unusable(message, cause);
    }
}
