package dev.sentinel.audit.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Copies of logs in a directory. Their names contain the time of the copy, because file times change when files are
 * copied.
 */
record BackupFiles(Path directory) {
    private static final String PREFIX = "sentinel_audit-";
    private static final String SUFFIX = ".db";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** The path of a copy made at this time. */
    Path at(Instant time) {
        return directory.resolve(PREFIX + TIME.format(time) + SUFFIX);
    }

    /** The path of the keys beside a copy of a log. */
    static Path keysOf(Path copy) {
        return copy.resolveSibling(stem(copy) + ".keys.db");
    }

    /** The path of the destinations beside a copy of a log. */
    static Path destinationsOf(Path copy) {
        return copy.resolveSibling(stem(copy) + ".state.db");
    }

    /** The path of a checkpoint beside a copy of a log: the copy has at least its events. */
    static Path checkpointOf(Path copy) {
        return copy.resolveSibling(stem(copy) + ".checkpoint");
    }

    private static String stem(Path copy) {
        String name = copy.getFileName().toString();
        return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    }

    /** Copies older than the limit, except the newest. Ignores files with other names. */
    List<Path> olderThan(Instant limit, Path newest) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> !file.equals(newest))
                    .filter(file -> {
                        Instant made = timeOf(file);
                        return made != null && made.isBefore(limit);
                    })
                    .sorted()
                    .toList();
        }
    }

    private static @Nullable Instant timeOf(Path file) {
        String name = file.getFileName().toString();
        if (!name.startsWith(PREFIX) || !name.endsWith(SUFFIX)) {
            return null;
        }
        try {
            return Instant.from(TIME.parse(name.substring(PREFIX.length(), name.length() - SUFFIX.length())));
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
