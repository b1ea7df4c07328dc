package dev.sentinel.audit.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A copy of the repository that is built, in which examples may leave files. */
record Checkout(Path directory) {
    private static final List<String> SOURCES = List.of("README.md", "pom.xml", "bin", "conf", "src");
    private static final List<String> BUILT = List.of("sentinel-audit.jar", "sentinel-audit-client.jar", "lib");

    static Checkout copy(Path directory) throws IOException {
        for (String source : SOURCES) {
            copy(Path.of(source), directory.resolve(source));
        }
        Path target = Files.createDirectories(directory.resolve("target"));
        for (String built : BUILT) {
            Files.createSymbolicLink(
                    target.resolve(built), Path.of("target", built).toAbsolutePath());
        }
        return new Checkout(directory);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
