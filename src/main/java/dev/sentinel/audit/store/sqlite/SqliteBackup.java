package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.EventContent;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.files.PrivateFiles;
import dev.sentinel.audit.redact.RedactionRules;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Backs up and restores the log. Blocking; for the command line, with or without a running server. Failures are
 * {@link Failure}s with one line for the operator; the existing files are then unchanged.
 */
public final class SqliteBackup {
    private SqliteBackup() {}

    /**
     * The content of a copy.
     *
     * @param events number of events: positions 0 to events-1, without a gap
     * @param bytes size of its file
     */
    public record Content(long events, long bytes) {}

    /**
     * Copies a consistent snapshot of the log, whether its server runs or not, and verifies the copy. The target file
     * appears complete or not at all.
     */
    public static Content write(Path log, Path target) {
        if (!Files.exists(log)) {
            throw unusable(log + " does not exist; check DATA_DIR", null);
        }
        Path partial = target.resolveSibling(target.getFileName() + ".partial");
        try {
            PrivateFiles.createDirectories(target.toAbsolutePath().getParent());
            Files.deleteIfExists(partial);
            PrivateFiles.create(partial);
            copy(log, partial);
            Content content = CopyCheck.pages(partial);
            PrivateFiles.force(partial);
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
            PrivateFiles.forceDirectory(target.toAbsolutePath().getParent());
            return content;
        } catch (IOException e) {
            throw unusable(target + " cannot be written: " + SqliteFiles.reason(e), e);
        } catch (SQLException e) {
            throw unusable(log + " cannot be copied: " + Sqlite.reason(e), e);
        } finally {
            deleteQuietly(partial);
        }
    }

    /**
     * Copies in one statement, from one snapshot. A copy in steps, as sqlite3's .backup makes it, restarts whenever the
     * server writes, so under load it never ends. A reader does not block the writer; only the write-ahead log grows
     * meanwhile. Measured against the backup interface with all pages in one step, this disturbs the clients of a
     * server at its limit less.
     */
    private static void copy(Path log, Path target) throws SQLException {
        try (Connection source = Sqlite.openSmall(log);
                PreparedStatement copy = source.prepareStatement("VACUUM INTO ?")) {
            copy.setString(1, target.toString());
            copy.execute();
        }
    }

    /** The file that the log is in: its name may be a link. */
    public static Path fileOf(Path log) {
        return SqliteFiles.of(log).log();
    }

    /**
     * Replaces the log with a copy and builds its index. Refuses while a server runs, and any file that is not a log
     * and nothing else: the file may come from anywhere. The old log is kept.
     *
     * @param keysCopy the keys beside the file, which are checked too if they will be restored; need not exist
     * @param check looks at the copy, which is a log, and throws to refuse it
     * @param keptAs new path of the old log, which its write-ahead log moves with
     */
    public static Content restore(Path file, Path keysCopy, Consumer<Path> check, Path log, Path keptAs, Clock clock) {
        SqliteFiles files = SqliteFiles.of(log);
        Content content = CopyCheck.everything(file);
        KeyFile.checkCopy(keysCopy, log);
        check.accept(file);
        try {
            PrivateFiles.createDirectories(files.log().getParent());
            ProcessLock lock = ProcessLock.acquire(files.lock());
            try {
                replace(file, files, keptAs);
            } finally {
                lock.close();
            }
        } catch (IOException e) {
            throw unusable(files.log() + " cannot be replaced: " + SqliteFiles.reason(e), e);
        }
        index(files, clock);
        return content;
    }

    private static void replace(Path file, SqliteFiles files, Path keptAs) throws IOException {
        Path partial = files.log().resolveSibling(files.log().getFileName() + ".restoring");
        try {
            Files.deleteIfExists(partial);
            copyFile(file, partial);
            PrivateFiles.force(partial);
            // Again, because the file may have been another one meanwhile.
            CopyCheck.everything(partial);
            keep(files.log(), keptAs);
            Files.move(partial, files.log(), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            deleteQuietly(partial);
        }
        files.deleteIndex();
        files.deleteTree();
        PrivateFiles.forceDirectory(files.log().getParent());
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

    private static void keep(Path log, Path keptAs) throws IOException {
        for (String sidecar : new String[] {"-wal", "-shm", ""}) {
            Path from = log.resolveSibling(log.getFileName() + sidecar);
            if (Files.exists(from, LinkOption.NOFOLLOW_LINKS)) {
                Files.move(from, keptAs.resolveSibling(keptAs.getFileName() + sidecar));
            }
        }
    }

    /** Builds the index now, so that the next start need not. */
    private static void index(SqliteFiles files, Clock clock) {
        // Nothing is appended, so there are no retries to tell.
        OpenedFiles opened = OpenedFiles.open(files, 1, new EventContent(RedactionRules.off()), clock);
        try {
            opened.writer().close();
            opened.index().close();
        } catch (SQLException e) {
            throw Sqlite.unavailable(e);
        } finally {
            opened.lock().close();
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The next backup tries again.
        }
    }

    private static Unusable unusable(String message, @Nullable Throwable cause) {
        return new Unusable(message, cause);
    }
}
