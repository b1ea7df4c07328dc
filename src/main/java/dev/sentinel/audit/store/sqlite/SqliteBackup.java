package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.failure.Unusable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Copies of the log, and the way back. Blocking; for the command line, beside a running server or instead of one.
 * Failures are {@link Failure}s with one line for the operator; what was there before is then still there.
 */
public final class SqliteBackup {
    private SqliteBackup() {}

    /**
     * What a copy holds.
     *
     * @param events positions 0 to events-1, without a gap
     * @param bytes of its file
     */
    public record Content(long events, long bytes) {}

    /**
     * Copies the log of a server, running or not, as it is at one moment, and verifies the copy. It is there whole
     * under its name, or not at all.
     */
    public static Content write(Path log, Path target) {
        if (!Files.exists(log)) {
            throw unusable(log + " does not exist; is DATA_DIR right?", null);
        }
        Path partial = target.resolveSibling(target.getFileName() + ".partial");
        try {
            Files.createDirectories(target.toAbsolutePath().getParent());
            Files.deleteIfExists(partial);
            copy(log, partial);
            Content content = verify(partial);
            force(partial);
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
            force(target.toAbsolutePath().getParent());
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
     * In one statement, of one snapshot: a copy in steps (as of sqlite3's .backup) begins anew whenever the server
     * writes, for ever under load. A reader does not hold up a writer; only the write-ahead log grows meanwhile.
     * Measured beside the backup interface with all pages in one step, the clients of a server at its limit notice less
     * of this.
     */
    private static void copy(Path log, Path target) throws SQLException {
        try (Connection source = Sqlite.openSmall(log);
                PreparedStatement copy = source.prepareStatement("VACUUM INTO ?")) {
            copy.setString(1, target.toString());
            copy.execute();
        }
    }

    /** Looks at every page of a copy and at what it says of itself. */
    public static Content verify(Path file) {
        if (!Files.isRegularFile(file)) {
            throw unusable(file + " is not a file", null);
        }
        if (file.resolveSibling(file.getFileName() + "-wal").toFile().length() > 0) {
            throw unusable(file + " has a write-ahead log beside it, so it is no finished copy", null);
        }
        try (Connection copy = Sqlite.openImmutable(file)) {
            long version = Sqlite.queryLong(copy, "PRAGMA user_version");
            if (Sqlite.queryLong(copy, "PRAGMA application_id") != LogSchema.APPLICATION_ID
                    || version < 1
                    || version > LogSchema.VERSION) {
                throw unusable(file + " is no log of this version of Sentinel", null);
            }
            String found = integrity(copy);
            if (!found.equals("ok")) {
                throw unusable(file + " is damaged: " + found, null);
            }
            long events = Sqlite.queryLong(copy, "SELECT count(*) FROM audit_events");
            if (Sqlite.queryLong(copy, "SELECT coalesce(max(seq) + 1, 0) FROM audit_events") != events) {
                throw unusable(file + " has a gap: events are missing in it", null);
            }
            return new Content(events, Files.size(file));
        } catch (SQLException e) {
            throw unusable(file + " cannot be read: " + Sqlite.reason(e), e);
        } catch (IOException e) {
            throw unusable(file + " cannot be read: " + SqliteFiles.reason(e), e);
        }
    }

    private static String integrity(Connection copy) throws SQLException {
        try (Statement statement = copy.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA integrity_check(1)")) {
            return rows.next() ? rows.getString(1) : "nothing is known";
        }
    }

    /**
     * Puts a verified copy in the place of the log and builds its index. Refuses while a server runs. The log that was
     * there is kept beside it.
     *
     * @param keptAs where the log that was there goes, with its write-ahead log
     */
    public static Content restore(Path file, Path log, Path keptAs, Clock clock) {
        SqliteFiles files = SqliteFiles.of(log);
        Content content = verify(file);
        try {
            Files.createDirectories(files.log().getParent());
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
        Files.copy(file, partial, StandardCopyOption.REPLACE_EXISTING);
        own(partial, files.log().getParent());
        force(partial);
        verify(partial);
        keep(files.log(), keptAs);
        Files.move(partial, files.log(), StandardCopyOption.ATOMIC_MOVE);
        files.deleteIndex();
        force(files.log().getParent());
    }

    private static void keep(Path log, Path keptAs) throws IOException {
        for (String sidecar : new String[] {"-wal", "-shm", ""}) {
            Path from = log.resolveSibling(log.getFileName() + sidecar);
            if (Files.exists(from)) {
                Files.move(from, keptAs.resolveSibling(keptAs.getFileName() + sidecar));
            }
        }
    }

    /** As a start does it, so that the next one need not. */
    private static void index(SqliteFiles files, Clock clock) {
        OpenedFiles opened = OpenedFiles.open(files, 1, clock);
        try {
            opened.writer().close();
            opened.index().close();
        } catch (SQLException e) {
            throw Sqlite.unavailable(e);
        } finally {
            opened.lock().close();
        }
        try {
            own(files.log(), files.log().getParent());
            own(files.index(), files.log().getParent());
        } catch (IOException e) {
            throw unusable(files.log() + " cannot be given to its owner: " + SqliteFiles.reason(e), e);
        }
    }

    /** An administrator may be another user than the server. */
    private static void own(Path file, Path like) throws IOException {
        if (!Files.getOwner(file).equals(Files.getOwner(like))) {
            Files.setOwner(file, Files.getOwner(like));
        }
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
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
