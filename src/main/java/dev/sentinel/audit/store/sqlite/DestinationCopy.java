package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.files.PrivateFiles;
import dev.sentinel.audit.store.DestinationStore;
import dev.sentinel.audit.store.SavedView;
import dev.sentinel.audit.store.StoredDestination;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.util.List;

/**
 * Copies of the destinations and the views of the dashboard beside copies of a log. Blocking, for commands; throws
 * {@link dev.sentinel.audit.failure.Failure}.
 */
public final class DestinationCopy {
    private static final long MAX_COPY_BYTES = 64 << 20;

    private DestinationCopy() {}

    /**
     * The destinations beside a log with their refused events, whether its server runs or not; none if there is no
     * file. Changes nothing.
     */
    public static List<DestinationStore.Adopted> of(Path log) {
        Path file = SqliteFiles.of(log).state();
        if (!Files.exists(file)) {
            return List.of();
        }
        try (Connection connection = Sqlite.openReader(file)) {
            StateSchema.TABLES.check(connection, file);
            return DestinationFile.read(connection);
        } catch (SQLException e) {
            throw new Unusable(file + " cannot be read: " + Sqlite.reason(e), e);
        }
    }

    /** The views of the dashboard beside a log; none if there is no file. Changes nothing. */
    public static List<SavedView> views(Path log) {
        Path file = SqliteFiles.of(log).state();
        if (!Files.exists(file)) {
            return List.of();
        }
        try (Connection connection = Sqlite.openReader(file)) {
            return readViews(connection, StateSchema.TABLES.check(connection, file));
        } catch (SQLException e) {
            throw new Unusable(file + " cannot be read: " + Sqlite.reason(e), e);
        }
    }

    private static List<SavedView> readViews(Connection connection, long version) {
        return version < 2 ? List.of() : new ViewFile(new StateFile(connection)).all();
    }

    /**
     * Writes a copy to a new file that only its owner can read; nothing if there are no destinations. Must be called
     * before the log is copied, so that the copy of the log has what the cursors have passed.
     */
    public static void write(Path log, Path target) {
        Path file = SqliteFiles.of(log).state();
        if (!Files.exists(file)) {
            return;
        }
        try {
            PrivateFiles.createDirectories(target.toAbsolutePath().getParent());
            Files.deleteIfExists(target);
            PrivateFiles.create(target);
            try (Connection connection = Sqlite.openSmall(file);
                    PreparedStatement copy = connection.prepareStatement("VACUUM INTO ?")) {
                copy.setString(1, target.toString());
                copy.execute();
            }
        } catch (SQLException e) {
            throw Sqlite.unavailable(e);
        } catch (IOException e) {
            throw new Unusable(target + " cannot be written: " + SqliteFiles.reason(e), e);
        }
    }

    /**
     * Checks a copy that {@link #restoreIfMissing} would restore. Throws {@link Unusable} if it is not a copy of
     * destinations and nothing else.
     */
    public static void check(Path copy, Path log) {
        if (!isRestored(copy, log)) {
            return;
        }
        if (!Files.isRegularFile(copy) || copy.toFile().length() > MAX_COPY_BYTES) {
            throw new Unusable(copy + " is not a copy of destinations");
        }
        try (Connection connection = Sqlite.openImmutable(copy)) {
            long version = StateSchema.TABLES.check(connection, copy);
            String sql = "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'";
            if (Sqlite.queryLong(connection, sql) > 0) {
                throw new Unusable(copy + " is damaged");
            }
            DestinationFile.read(connection);
            readViews(connection, version);
        } catch (SQLException e) {
            throw new Unusable(copy + " cannot be read: " + Sqlite.reason(e), e);
        } catch (NullPointerException | IllegalArgumentException | DateTimeException e) {
            throw new Unusable(copy + " has a destination that is not valid", e);
        }
    }

    private static boolean isRestored(Path copy, Path log) {
        return Files.exists(copy) && !Files.exists(SqliteFiles.of(log).state(), LinkOption.NOFOLLOW_LINKS);
    }

    /** Restores a copy beside a log that has no destinations. Returns false if there is no copy or nothing to do. */
    public static boolean restoreIfMissing(Path copy, Path log) {
        if (!isRestored(copy, log)) {
            return false;
        }
        Path file = SqliteFiles.of(log).state();
        try (FileChannel channel = PrivateFiles.openNew(file)) {
            channel.write(ByteBuffer.wrap(Files.readAllBytes(copy)));
            return true;
        } catch (IOException e) {
            throw new Unusable(file + " cannot be written: " + SqliteFiles.reason(e), e);
        }
    }

    /**
     * Holds the destinations whose cursors are beyond the end of a log that was replaced with a shorter one: the next
     * events at these positions are others than those that were delivered. Returns their ids.
     */
    public static List<String> holdBeyond(Path log, long end) {
        if (!Files.exists(SqliteFiles.of(log).state())) {
            return List.of();
        }
        try (DestinationFile file = DestinationFile.open(log)) {
            List<StoredDestination> beyond = file.all().stream()
                    .filter(destination -> destination.next() > end)
                    .toList();
            beyond.forEach(row -> file.hold(row.id(), row.next(), row.beyond(end)));
            return beyond.stream().map(StoredDestination::id).toList();
        }
    }
}
