package dev.sentinel.audit.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Keeps other processes off what a file stands for. The file has no content and stays: POSIX drops all locks of a
 * process on a file when it closes any descriptor of it, so nothing else may open it. The kernel releases the lock
 * however the process ends.
 */
public final class ExclusiveLock implements AutoCloseable {
    private final FileChannel channel;

    private ExclusiveLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock, and creates the file if it is missing. Does not wait.
     *
     * @return empty if somebody else has the lock, in this process or another
     */
    public static Optional<ExclusiveLock> tryAcquire(Path file) throws IOException {
        FileChannel channel = PrivateFiles.open(file);
        if (isLocked(channel)) {
            return Optional.of(new ExclusiveLock(channel));
        }
        channel.close();
        return Optional.empty();
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Releases the lock. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // The kernel releases it when the process ends.
        }
    }
}
