package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Backs up the log. Blocking; for the command line, with or without a running server. Failures are {@link Failure}s
 * with one line for the operator; the existing files are then unchanged.
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
