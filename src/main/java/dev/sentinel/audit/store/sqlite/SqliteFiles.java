package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.failure.Unusable;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The files of one store. Their names are derived from the name of the log, and they are beside it. If that name is a
 * symbolic link, the log is the file that it leads to, with its lock beside it: whatever the links to a file are
 * called, only one server may write it.
 */
record SqliteFiles(Path log, Path index, Path keys, Path tree, Path state, Path lock) {
    /** The directory for copies, beside the log. */
    static final String BACKUPS = "backups";

    /** The directory for signing keys, if the configuration names no other. */
    static final String SIGNER = "signer";

    /** What ext4 puts into the root of a volume. */
    static final String OF_FILE_SYSTEM = "lost+found";

    /** The stem of the names in an installation that does not set {@code DATABASE_URL}, and of backups. */
    private static final String DEFAULT_STEM = "sentinel_audit";

    /** As many as Linux follows. */
    private static final int MAX_LINKS = 40;

    /** Keys and what they have signed, if they have the default names. */
    private static final Pattern OF_SIGNER =
            Pattern.compile("log(-[0-9]+)?\\.key(\\.[a-z-]+|\\.until-[0-9TZ]+-[0-9a-f]{8})?(\\.partial)?");

    private static final String UNFINISHED = ".migrating";

    private static final String HEAP_DUMP = "sentinel-heap.hprof";
    private static final List<String> SIDECARS = List.of("", "-wal", "-shm", "-journal");

    static SqliteFiles of(Path log) {
        Path named = log.toAbsolutePath();
        Path file = target(named);
        String stem = stem(named);
        return new SqliteFiles(
                file,
                named.resolveSibling(stem + ".index.db"),
                named.resolveSibling(stem + ".keys.db"),
                named.resolveSibling(stem + ".tree.db"),
                named.resolveSibling(stem + ".state.db"),
                file.resolveSibling(stem(file) + ".lock"));
    }

    private static String stem(Path log) {
        String name = log.getFileName().toString();
        return name.endsWith(".db") ? name.substring(0, name.length() - 3) : name;
    }

    /** Follows links as SQLite does, also to a file that does not exist yet. */
    private static Path target(Path named) {
        Path file = named;
        try {
            for (int i = 0; i < MAX_LINKS && Files.isSymbolicLink(file); i++) {
                file = file.resolveSibling(Files.readSymbolicLink(file));
            }
            return file.equals(named) ? named : file.getParent().toRealPath().resolve(file.getFileName());
        } catch (IOException e) {
            // Opening the file fails for the same reason.
            return named;
        }
    }

    /** The name of a copy of another log that is not complete yet, or not verified. */
    Path unfinishedCopy() {
        return log.resolveSibling(log.getFileName() + UNFINISHED);
    }

    /**
     * Throws {@link Unusable} if there is a copy of a log that is not complete: a log that is made here now would be
     * another one, and the copy would later take its place.
     */
    void refuseUnfinished() {
        Path copy = unfinishedCopy();
        if (Files.exists(copy)) {
            throw new Unusable("the migration of a log to " + copy + " is unfinished; run bin/sentinel migrate again,"
                    + " or move that file away, but keep it: it may be the only one that has its events");
        }
    }

    /** Whether this is certainly the name of a file of this store, of its backups or of its process. */
    boolean owns(String name) {
        String logName = log.getFileName().toString();
        return SIDECARS.stream()
                        .anyMatch(sidecar -> name.equals(logName + sidecar)
                                || name.equals(index.getFileName() + sidecar)
                                || name.equals(keys.getFileName() + sidecar)
                                || name.equals(tree.getFileName() + sidecar)
                                || name.equals(state.getFileName() + sidecar))
                || name.equals(lock.getFileName().toString())
                || name.startsWith(logName + ".before-")
                || name.startsWith(logName + ".restoring")
                || name.startsWith(logName + ".restored-")
                || name.startsWith(logName + UNFINISHED)
                || name.equals(stem() + ".import")
                || name.equals(stem() + ".import.partial")
                || name.startsWith(stem() + ".migrate-")
                || name.startsWith(DEFAULT_STEM + "-")
                || OF_SIGNER.matcher(name).matches()
                || name.equals(HEAP_DUMP);
    }

    /** Whether this may be a name of ours, also of a store with another name in the same directory. */
    boolean mayOwn(String name) {
        return owns(name)
                || name.startsWith(stem() + ".")
                || name.startsWith(DEFAULT_STEM + ".")
                || name.equals(BACKUPS)
                || name.equals(SIGNER);
    }

    private String stem() {
        String name = index.getFileName().toString();
        return name.substring(0, name.length() - ".index.db".length());
    }

    /**
     * Reads the usage from the file system. Usually fast, but blocking, so {@link DiskSampler} calls it on a worker.
     */
    DiskUsage usage() {
        File directory = log.getParent().toFile();
        return new DiskUsage(Map.of("log", size(log), "index", size(index)), directory.getUsableSpace());
    }

    void deleteIndex() {
        delete(index);
    }

    void deleteTree() {
        delete(tree);
    }

    private static void delete(Path database) {
        try {
            for (Path file : withSidecars(database)) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The reason as one line for the operator; the messages of these exceptions are only paths. */
    static String reason(IOException cause) {
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (cause instanceof FileAlreadyExistsException) {
            return "a file with this name exists";
        }
        if (cause instanceof FileSystemException known && known.getReason() != null) {
            return known.getReason();
        }
        return String.valueOf(cause.getMessage());
    }

    private static long size(Path database) {
        long bytes = 0;
        for (Path file : withSidecars(database)) {
            bytes += file.toFile().length();
        }
        return bytes;
    }

    private static List<Path> withSidecars(Path database) {
        String name = database.getFileName().toString();
        return List.of(database, database.resolveSibling(name + "-wal"), database.resolveSibling(name + "-shm"));
    }
}
