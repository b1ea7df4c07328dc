package dev.sentinel.audit.store.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/** The user as whom this process opens files. Java has no call that returns it. */
final class ProcessUser {
    /** The number of the user to whom permissions do not apply. */
    static final int ROOT = 0;

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String UIDS = "Uid:";

    private ProcessUser() {}

    /** Empty on systems that are not UNIX. */
    static OptionalInt uid() {
        try {
            return Files.exists(STATUS) ? ofStatus() : ofNewFile();
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return OptionalInt.empty();
        }
    }

    /** The line has the real, the effective, the saved and the file system user. The last one opens files. */
    private static OptionalInt ofStatus() throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith(UIDS))
                .mapToInt(line -> {
                    String[] users = line.substring(UIDS.length()).strip().split("\\s+", -1);
                    return Integer.parseUnsignedInt(users[users.length - 1]);
                })
                .findFirst();
    }

    /** On systems without Linux's proc file system. */
    private static OptionalInt ofNewFile() throws IOException {
        Path file = Files.createTempFile("sentinel", ".owner");
        try {
            return UnixFile.of(file).stream().mapToInt(UnixFile::uid).findFirst();
        } finally {
            Files.delete(file);
        }
    }
}
