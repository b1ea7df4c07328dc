package dev.sentinel.audit.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Checks that a spill directory and its files are this user's alone. What is in them is sent with this agent's key, so
 * another user could send events as this agent; and a pipe in place of a file would never end. In a directory that only
 * this user can write, nobody can replace a file after its check. Systems that are not UNIX have rules of their own.
 */
final class SpillAccess {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String UIDS = "Uid:";
    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;
    private static final int OTHERS_WRITE = 0022;

    private final OptionalInt user;

    private SpillAccess(OptionalInt user) {
        this.user = user;
    }

    /** For the user as whom this process opens files. */
    static SpillAccess ofThisProcess() {
        try {
            return new SpillAccess(Files.exists(STATUS) ? ofStatus() : ofNewFile());
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return new SpillAccess(OptionalInt.empty());
        }
    }

    /** For another user, in tests. */
    static SpillAccess of(int user) {
        return new SpillAccess(OptionalInt.of(user));
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

    /** Java has no call for it. */
    private static OptionalInt ofNewFile() throws IOException {
        Path file = Files.createTempFile("sentinel", ".owner");
        try {
            return OptionalInt.of((Integer) Files.getAttribute(file, "unix:uid"));
        } finally {
            Files.delete(file);
        }
    }

    /** @param directory its path without links */
    void checkDirectory(Path directory) throws IOException {
        if (user.isPresent()) {
            checkOwner(directory, attributes(directory), "; use a new directory inside it");
        }
    }

    /** Checks a file that may be missing. */
    void checkFile(Path file) throws IOException {
        if (user.isEmpty()) {
            return;
        }
        try {
            Map<String, Object> found = attributes(file);
            if (((Integer) found.get("mode") & TYPE) != REGULAR) {
                throw new SpillRefusedException(file + " is not a regular file");
            }
            checkOwner(file, found, "");
        } catch (NoSuchFileException e) {
            // It will be created.
        }
    }

    private static Map<String, Object> attributes(Path file) throws IOException {
        return Files.readAttributes(file, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
    }

    private void checkOwner(Path file, Map<String, Object> found, String advice) throws SpillRefusedException {
        if ((Integer) found.get("uid") != user.getAsInt()) {
            throw new SpillRefusedException(file + " belongs to another user" + advice);
        }
        if (((Integer) found.get("mode") & OTHERS_WRITE) != 0) {
            throw new SpillRefusedException(file + " can be written by other users" + advice);
        }
    }
}
