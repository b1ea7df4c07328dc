package dev.sentinel.audit.store.sqlite;

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

/** The files of one store. All of them are beside the log, and their names are derived from its name. */
record SqliteFiles(Path log, Path index, Path keys, Path lock) {

    static SqliteFiles of(Path log) {
        Path absolute = log.toAbsolutePath();
        String name = absolute.getFileName().toString();
        String stem = name.endsWith(".db") ? name.substring(0, name.length() - 3) : name;
        return new SqliteFiles(
                absolute,
                absolute.resolveSibling(stem + ".index.db"),
                absolute.resolveSibling(stem + ".keys.db"),
                absolute.resolveSibling(stem + ".lock"));
    }

    /**
     * Reads the usage from the file system. Usually fast, but blocking, so {@link DiskSampler} calls it on a worker.
     */
    DiskUsage usage() {
        File directory = log.getParent().toFile();
        return new DiskUsage(Map.of("log", size(log), "index", size(index)), directory.getUsableSpace());
    }

    void deleteIndex() {
        try {
            for (Path file : withSidecars(index)) {
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
