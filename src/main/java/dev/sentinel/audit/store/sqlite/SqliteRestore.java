package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.EventContent;
import dev.sentinel.audit.event.LegacyKey;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.files.PrivateFiles;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.store.LogIdentity;
import dev.sentinel.audit.store.NumberedLog;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the log with a copy of one. Blocking; for the command line. Failures are
 * {@link dev.sentinel.audit.failure.Failure}s with one line for the operator; until {@link #begin} the existing files
 * are unchanged. Holds the lock of the server until it is closed.
 */
public final class SqliteRestore implements NumberedLog {
    private final SqliteFiles files;
    private final ProcessLock lock;
    private final LogSwap swap;
    private final EventLog copy;
    private final SqliteBackup.Content content;
    private final boolean drawsLegacyKey;
    private final int number;
    private final Clock clock;

    private SqliteRestore(SqliteFiles files, ProcessLock lock, LogSwap swap, SqliteBackup.Content content, Clock clock)
            throws SQLException {
        Optional<LogIdentity> old = identity(files.log());
        this.files = files;
        this.lock = lock;
        this.swap = swap;
        this.content = content;
        this.clock = clock;
        boolean hasSeals = version(swap.copy()) >= LogSchema.WITH_SEALS;
        this.copy = EventLog.open(swap.copy());
        try {
            Optional<LegacyKey> key =
                    old.filter(log -> log.logId().equals(logId())).map(LogIdentity::legacyKey);
            this.drawsLegacyKey = !hasSeals && key.isEmpty();
            if (!hasSeals && key.isPresent()) {
                copy.adoptLegacyKey(key.get());
            }
            this.number = Math.max(
                    copy.identity().number(), old.map(LogIdentity::number).orElse(0));
        } catch (SQLException | RuntimeException e) {
            copy.close();
            throw e;
        }
    }

    /**
     * Checks a copy and prepares it beside the log. Refuses while a server runs, and any file that is not a log and
     * nothing else: the file may come from anywhere.
     *
     * @param keysCopy the keys beside the file, which are checked too if they will be restored; need not exist
     * @param check looks at the copy, which is a log, and throws to refuse it
     * @param now names the old log, which is kept
     */
    public static SqliteRestore prepare(
            Path file, Path keysCopy, Consumer<Path> check, Path log, Instant now, Clock clock) {
        SqliteFiles files = SqliteFiles.of(log);
        CopyCheck.everything(file);
        KeyFile.checkCopy(keysCopy, log);
        check.accept(file);
        LogSwap swap = LogSwap.at(files, now);
        ProcessLock lock = null;
        try {
            PrivateFiles.createDirectories(files.log().getParent());
            lock = ProcessLock.acquire(files.lock());
            LogSwap.finish(files);
            files.refuseUnfinished();
            Files.deleteIfExists(swap.copy());
            copyFile(file, swap.copy());
            // Again, because the file may have been another one meanwhile.
            return new SqliteRestore(files, lock, swap, CopyCheck.everything(swap.copy()), clock);
        } catch (IOException e) {
            abandon(swap, lock);
            throw unusable(files, SqliteFiles.reason(e), e);
        } catch (SQLException e) {
            abandon(swap, lock);
            throw unusable(files, Sqlite.reason(e), e);
        } catch (RuntimeException e) {
            abandon(swap, lock);
            throw e;
        }
    }

    private static void abandon(LogSwap swap, @Nullable ProcessLock lock) {
        if (lock != null) {
            swap.abandon();
            lock.close();
        }
    }

    private static Unusable unusable(SqliteFiles files, String reason, Exception cause) {
        return new Unusable(files.log() + " cannot be replaced: " + reason, cause);
    }

    /** Not {@code Files.copy}, which lets other users read the copy. */
    private static void copyFile(Path file, Path copy) throws IOException {
        try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ);
                FileChannel to = PrivateFiles.openNew(copy)) {
            long size = from.size();
            long at = 0;
            while (at < size) {
                at += from.transferTo(at, size - at, to);
            }
        }
    }

    private static long version(Path copy) throws SQLException {
        try (Connection connection = Sqlite.openImmutable(copy)) {
            return LogSchema.version(connection, copy);
        }
    }

    /** The identity of the log that is replaced; empty if there is none that is readable and has seals. */
    private static Optional<LogIdentity> identity(Path log) {
        if (!Files.isRegularFile(log)) {
            return Optional.empty();
        }
        boolean isClosed =
                log.resolveSibling(log.getFileName() + "-wal").toFile().length() == 0;
        // A reader would leave files beside a log that was closed.
        try (Connection connection = isClosed ? Sqlite.openImmutable(log) : Sqlite.openReader(log)) {
            long version = LogSchema.version(connection, log);
            return version < LogSchema.WITH_SEALS
                    ? Optional.empty()
                    : Optional.of(LogSchema.identity(connection, version));
        } catch (SQLException | Unusable e) {
            // It may be damaged: that is what copies are for.
            return Optional.empty();
        }
    }

    /** The content of the copy. */
    public SqliteBackup.Content content() {
        return content;
    }

    /** The new path of the old log. */
    public Path keptAs() {
        return swap.kept();
    }

    /**
     * Whether the events get other seals than they had: the copy is from before seals, and the log that is replaced,
     * which has the key to them, is not of the same origin or not readable.
     */
    public boolean drawsLegacyKey() {
        return drawsLegacyKey;
    }

    @Override
    public String logId() {
        return copy.identity().logId();
    }

    /** The highest number that the copy or the log that is replaced records. */
    @Override
    public int number() {
        return number;
    }

    @Override
    public long events() {
        return content.events();
    }

    /**
     * Puts the copy in the place of the log, with the number, and builds its index. A crash before that leaves the old
     * log; after one in between, the next start goes on.
     */
    @Override
    public void begin(int next) {
        try {
            copy.beginNumber(next);
            copy.close();
            swap.run();
        } catch (IOException e) {
            throw unusable(files, SqliteFiles.reason(e), e);
        } catch (SQLException e) {
            throw unusable(files, Sqlite.reason(e), e);
        }
        index();
    }

    /** Builds the index now, so that the next start need not. */
    private void index() {
        try {
            // Nothing is appended, so there are no retries to tell.
            OpenedFiles opened = OpenedFiles.openLocked(files, 1, new EventContent(RedactionRules.off()), clock, lock);
            opened.writer().close();
            opened.index().close();
        } catch (SQLException e) {
            throw Sqlite.unavailable(e);
        }
    }

    @Override
    public void close() {
        try {
            copy.close();
        } catch (SQLException e) {
            // It is abandoned, or in its place already.
        }
        abandon(swap, lock);
    }
}
