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

/** The files of one store. The others lie beside the log and carry its name. */
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

    /** Bytes by role, write-ahead logs included. Asks the file system; quick, but not for every request. */
    Map<String, Long> sizes() {
        return Map.of("log", size(log), "index", size(index));
    }

    long freeBytes() {
        File directory = log.getParent().toFile();
        return directory.getUsableSpace();
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

    /** One readable line; the messages of these exceptions are mere paths. */
    static String reason(IOException cause) {
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (cause instanceof FileAlreadyExistsException) {
            return "there is a file of this name";
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
