package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.files.PrivateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Restricts the files and directories of an installation to their owner, at start. Earlier versions created them with
 * the access that the umask allowed. Blocking.
 *
 * <p>What belongs to another user is not changed, nor is a directory that others use as well: taking it from them would
 * be worse. Then one line warns. A file system that refuses, or knows no owners, is no reason not to start.
 *
 * @param path {@code DATA_DIR}
 */
public record DataDirectory(Path path) {
    private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);
    private static final int MAX_LISTED = 10;

    /** Must be called before a database in it is opened. The log may be elsewhere; then only its files count. */
    public void restrict(Path log) {
        restrict(log, ProcessUser.uid());
    }

    void restrict(Path log, OptionalInt user) {
        if (user.isEmpty()) {
            return;
        }
        Restriction restriction = new Restriction(user.getAsInt());
        SqliteFiles files = SqliteFiles.of(log);
        if (!LogHeader.mayBeLog(files.log())) {
            // The start will be refused, and what is there belongs to another program.
            return;
        }
        Path directory = real(path);
        Path ofLog = real(files.log().getParent());
        restriction.directory(directory, files);
        restriction.files(directory, files);
        Path signer = directory.resolve(SqliteFiles.SIGNER);
        restriction.directory(signer, files);
        restriction.files(signer, files);
        if (ofLog.startsWith(directory)) {
            for (Path at = ofLog; !at.equals(directory); at = at.getParent()) {
                restriction.directory(at, files);
            }
            Path backups = ofLog.resolve(SqliteFiles.BACKUPS);
            restriction.directory(backups, files);
            restriction.files(backups, files);
        }
        restriction.files(ofLog, files);
        restriction.log();
    }

    /**
     * Does for a directory of backups what {@link #restrict(Path, OptionalInt)} does for that of the log. It may be on
     * a disk with other files, whose users can see the names of the copies but not read them: that is worth a warning
     * only if they can also replace the copies.
     */
    public static void restrictBackups(Path directory, Path log) {
        OptionalInt user = ProcessUser.uid();
        if (user.isPresent()) {
            Path real = real(directory);
            SqliteFiles files = SqliteFiles.of(log);
            Restriction restriction = new Restriction(user.getAsInt());
            if (UnixFile.of(real).map(UnixFile::isWritableByOthers).orElse(false)
                    || restriction.obstacle(real, files).isEmpty()) {
                restriction.directory(real, files);
            }
            restriction.files(real, files);
            restriction.log();
        }
    }

    private static Path real(Path directory) {
        try {
            return directory.toRealPath();
        } catch (IOException e) {
            return directory.toAbsolutePath().normalize();
        }
    }

    /** One pass over files and directories, and what it changed. */
    private static final class Restriction {
        private final int user;
        private final List<String> changed = new ArrayList<>();
        private int more;

        Restriction(int user) {
            this.user = user;
        }

        /** A directory that cannot be written is left to the error that follows. */
        void directory(Path directory, SqliteFiles files) {
            UnixFile found = UnixFile.of(directory).orElse(null);
            if (found == null || !found.isDirectory() || !found.isOpenToOthers() || !found.isWritableByOwner()) {
                return;
            }
            String obstacle = obstacle(directory, files);
            if (obstacle.isEmpty()) {
                restrict(directory, directory.toString(), found);
            } else {
                LOG.warn(
                        "directory open to other users directory={} mode={} reason=\"{}, so it stays as it is\""
                                + " effect=\"other users can see its names; use a directory of its own with mode 700\"",
                        directory,
                        found.permissions(),
                        obstacle);
            }
        }

        /** The reason not to change a directory; empty if there is none. */
        String obstacle(Path directory, SqliteFiles files) {
            UnixFile found = UnixFile.of(directory).orElse(null);
            if (found == null || found.uid() != user) {
                return "it belongs to another user";
            }
            return found.isSticky() ? "it is shared by many users" : foreign(directory, files);
        }

        private String foreign(Path directory, SqliteFiles files) {
            // In order: the line that names the first few is the same on every file system.
            try (Stream<Path> entries = Files.list(directory)) {
                for (Path entry : entries.sorted().toList()) {
                    String name = entry.getFileName().toString();
                    boolean ours = files.mayOwn(name)
                            && UnixFile.of(entry)
                                    .map(file -> file.uid() == user)
                                    .orElse(true);
                    if (!ours && !name.equals(SqliteFiles.OF_FILE_SYSTEM)) {
                        return "it has other files too, such as " + printable(name);
                    }
                }
                return "";
            } catch (IOException | UncheckedIOException e) {
                return "it cannot be listed";
            }
        }

        private static String printable(String name) {
            return name.replaceAll("[^\\x21-\\x7E]", "?");
        }

        void files(Path directory, SqliteFiles files) {
            // In order: the line that names the first few is the same on every file system.
            try (Stream<Path> entries = Files.list(directory)) {
                for (Path entry : entries.sorted().toList()) {
                    String name = entry.getFileName().toString();
                    UnixFile found = UnixFile.of(entry).orElse(null);
                    if (found != null
                            && found.isRegular()
                            && found.uid() == user
                            && found.isOpenToOthers()
                            && files.owns(name)) {
                        restrict(entry, name, found);
                    }
                }
            } catch (IOException | UncheckedIOException e) {
                // There is none yet, or it cannot be used: the store says so.
            }
        }

        private void restrict(Path file, String name, UnixFile found) {
            try {
                PrivateFiles.restrict(file);
            } catch (IOException e) {
                LOG.warn(
                        "file open to other users file={} mode={} reason=\"{}\" effect=\"other users can read it\"",
                        file,
                        found.permissions(),
                        SqliteFiles.reason(e));
                return;
            }
            if (changed.size() < MAX_LISTED) {
                changed.add(name + " " + found.permissions() + " to " + found.restricted());
            } else {
                more++;
            }
        }

        void log() {
            if (!changed.isEmpty()) {
                LOG.warn(
                        "access restricted to the owner changed=\"{}{}\" reason=\"other users had access\"",
                        String.join(", ", changed),
                        more == 0 ? "" : " and " + more + " more");
            }
        }
    }
}
