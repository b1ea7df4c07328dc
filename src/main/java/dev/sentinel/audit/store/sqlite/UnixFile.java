package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a UNIX file system says about a file: about the link itself, if it is a symbolic link.
 *
 * @param uid the owner
 * @param mode the type and the permissions, as in stat(2)
 * @param links the number of names (hard links)
 */
record UnixFile(int uid, int mode, int links) {
    private static final int TYPE = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int REGULAR = 0100000;
    private static final int STICKY = 01000;
    private static final int PERMISSIONS = 0777;
    private static final int OTHERS = 0077;
    private static final int OTHERS_WRITE = 0022;
    private static final int OWNER_WRITE = 0200;

    /** Empty if the file does not exist or cannot be examined, and on systems that are not UNIX. */
    static Optional<UnixFile> of(Path file) {
        try {
            Map<String, Object> found = Files.readAttributes(file, "unix:uid,mode,nlink", LinkOption.NOFOLLOW_LINKS);
            return Optional.of(new UnixFile(
                    (Integer) found.get("uid"), (Integer) found.get("mode"), (Integer) found.get("nlink")));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    boolean isDirectory() {
        return (mode & TYPE) == DIRECTORY;
    }

    boolean isRegular() {
        return (mode & TYPE) == REGULAR;
    }

    /** Whether other users may put files into this directory but not replace those of the owner, as in /tmp. */
    boolean isSticky() {
        return (mode & STICKY) != 0;
    }

    /** Whether users other than the owner have any access. */
    boolean isOpenToOthers() {
        return (mode & OTHERS) != 0;
    }

    boolean isWritableByOthers() {
        return (mode & OTHERS_WRITE) != 0;
    }

    boolean isWritableByOwner() {
        return (mode & OWNER_WRITE) != 0;
    }

    /** The permissions in octal digits, such as 755. */
    String permissions() {
        return String.format(Locale.ROOT, "%03o", mode & PERMISSIONS);
    }

    /** The permissions that {@link PrivateFiles#restrict} leaves. */
    String restricted() {
        return String.format(Locale.ROOT, "%03o", mode & PERMISSIONS & ~OTHERS);
    }
}
