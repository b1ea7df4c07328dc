package dev.sentinel.audit.evidence.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Tiles in files. */
final class DirectoryTiles extends TileSource {
    private final Path directory;

    DirectoryTiles(Path directory) {
        this.directory = directory;
    }

    @Override
    byte[] read(String path, int maxBytes) throws IOException {
        Path file = directory.resolve(path);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(maxBytes + 1);
            if (content.length > maxBytes) {
                throw new IOException(file + " has more than " + maxBytes + " bytes");
            }
            return content;
        } catch (NoSuchFileException e) {
            throw new IOException(file + " does not exist", e);
        }
    }
}
