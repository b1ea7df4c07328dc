package dev.sentinel.audit.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Permissions mean nothing to root, as whom containers often run tests. */
final class OrdinaryUser {
    private static final int NOBODY = 65_534;

    private OrdinaryUser() {}

    /** What to put before a command so that permissions apply to it; the directory is made that user's. */
    static List<String> launcher(Path directory) throws IOException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.toList()) {
                Files.setAttribute(file, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
            }
        }
        return List.of("setpriv", "--reuid=" + NOBODY, "--clear-groups");
    }
}
