package dev.sentinel.audit.forward.file;

import dev.sentinel.audit.files.PrivateFiles;
import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.DeliveryException;
import dev.sentinel.audit.forward.format.BatchFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files in a directory, one for each batch (see {@link BatchFile}).
 *
 * <p>{@code manifest.ndjson} has a line for each file, appended after the file is on disk. A file without a line was
 * being written when the server crashed, and comes again; a line can be there twice.
 *
 * <p>Blocking, one thread at a time.
 */
final class EventFiles {
    private static final String MANIFEST = "manifest.ndjson";

    private final Path directory;

    EventFiles(Path directory) {
        this.directory = directory;
    }

    /**
     * Returns the name of the file, which is on disk. A file of this range stays as it is if it has the same events;
     * with others, it is refused.
     */
    String write(Batch batch) throws IOException, DeliveryException {
        BatchFile made = new BatchFile(batch);
        Path file = directory.resolve(made.name());
        PrivateFiles.createDirectories(file.getParent());
        byte[] content;
        if (Files.exists(file)) {
            content = Files.readAllBytes(file);
            if (!made.hasSameEvents(content)) {
                // After a restore, or a change of the filter. Nobody could tell what readers of the old file have.
                throw DeliveryException.denied(
                        file.getFileName() + " is there with other events; move it away, or give another directory");
            }
        } else {
            content = made.content();
            PrivateFiles.replace(file, content);
            PrivateFiles.forceDirectory(directory);
        }
        append(made.manifestLine(content));
        return made.name();
    }

    /** Fails if the directory cannot be written. */
    void check() throws IOException {
        PrivateFiles.createDirectories(directory);
        Path probe = directory.resolve(".sentinel-probe");
        PrivateFiles.replace(probe, new byte[0]);
        Files.delete(probe);
    }

    private void append(String line) throws IOException {
        Path file = directory.resolve(MANIFEST);
        try (FileChannel manifest = PrivateFiles.open(file)) {
            manifest.position(endOfLastLine(file));
            ByteBuffer rest = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
            while (rest.hasRemaining()) {
                manifest.write(rest);
            }
            manifest.truncate(manifest.position());
            manifest.force(true);
        }
    }

    /** A crash may have left a part of a line. */
    private static long endOfLastLine(Path file) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        try (FileChannel reader = FileChannel.open(file)) {
            long end = reader.size();
            while (end > 0) {
                last.clear();
                reader.read(last, end - 1);
                if (last.get(0) == '\n') {
                    break;
                }
                end--;
            }
            return end;
        }
    }
}
