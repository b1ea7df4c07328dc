package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.failure.Unusable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Keeps a command that runs as root off directories that other users can change. Between two steps of the command, such
 * a user could replace a file by a link, and root would write to what the link names. No check of a file can prevent
 * that, because SQLite opens files by name.
 */
public final class RootGuard {
    private RootGuard() {}

    /**
     * Throws {@link Unusable} if this process runs as root and another user can change the directory of a file, or a
     * directory above it.
     *
     * @param command its name, for the message
     */
    public static void check(String command, Path file) {
        check(command, file, ProcessUser.uid());
    }

    static void check(String command, Path file, OptionalInt user) {
        if (user.isEmpty() || user.getAsInt() != ProcessUser.ROOT) {
            return;
        }
        Path named = file.toAbsolutePath();
        checkDirectories(command, named);
        checkDirectories(command, real(named));
    }

    /** The names may be links, and the path without links may have other directories. Both must be safe. */
    private static void checkDirectories(String command, Path file) {
        boolean deepest = true;
        for (Path at = file.getParent(); at != null; at = at.getParent()) {
            UnixFile found = UnixFile.of(at).orElse(null);
            if (found != null) {
                checkDirectory(command, at, found, deepest);
                deepest = false;
            }
        }
    }

    private static void checkDirectory(String command, Path directory, UnixFile found, boolean deepest) {
        if (found.uid() != ProcessUser.ROOT) {
            String owner = owner(directory);
            throw new Unusable(command + " must not run as root: " + directory + " belongs to " + owner
                    + ", who could replace files by links meanwhile; run it as that user (sudo -u " + owner
                    + " bin/sentinel " + command + "), or give the directory to root");
        }
        // In a sticky directory such as /tmp nobody can replace what is root's, but anybody can add names.
        boolean safe = !found.isDirectory() || !found.isWritableByOthers() || (found.isSticky() && !deepest);
        if (!safe) {
            throw new Unusable(command + " must not run as root: other users can write to " + directory
                    + " and could replace files by links meanwhile; run it as the user of the server, or take that"
                    + " permission away (chmod go-w)");
        }
    }

    private static String owner(Path file) {
        try {
            String name = Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).getName();
            // A user without a name; sudo takes the number with this sign.
            return name.chars().allMatch(Character::isDigit) ? "'#" + name + "'" : name;
        } catch (IOException e) {
            return "another user";
        }
    }

    /** The path without links, of a file that need not exist. */
    private static Path real(Path file) {
        for (Path at = file; at != null; at = at.getParent()) {
            try {
                return at.toRealPath().resolve(at.relativize(file)).normalize();
            } catch (IOException e) {
                // Its directory may exist.
            }
        }
        return file;
    }
}
