package dev.sentinel.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Makes the directories of {@code @TempDir} in memory where there is room. The tests sync files tens of thousands of
 * times; on a disk, they would mostly wait for it. What they prove does not change: a process that is killed leaves in
 * the page cache of a disk what it leaves in memory.
 */
public final class MemoryDirectories implements TempDirFactory {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    /** Containers often have only 64 MiB. */
    private static final long ROOM_BYTES = 4L << 30;

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test) throws IOException {
        return Files.createTempDirectory(parent(), "junit");
    }

    /** Where a test may make large or often synced files: in memory if there is room, else on the disk. */
    public static Path parent() throws IOException {
        return Files.isWritable(SHARED_MEMORY)
                        && Files.getFileStore(SHARED_MEMORY).getUsableSpace() > ROOM_BYTES
                ? SHARED_MEMORY
                : Path.of(System.getProperty("java.io.tmpdir"));
    }
}
