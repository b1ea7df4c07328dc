package dev.sentinel.audit.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Runs commands as an ordinary user: permissions do not apply to root, as which containers often run tests. */
final class OrdinaryUser {
    private static final int NOBODY = 65_534;

    private OrdinaryUser() {}

    /** The prefix of a command that makes permissions apply to it; the user becomes the owner of the directory. */
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
