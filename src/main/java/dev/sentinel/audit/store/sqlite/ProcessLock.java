package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.files.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Keeps other processes off the files. The lock is on a separate file: POSIX drops all locks of a process on a file
 * when it closes any descriptor of it, so locking the database itself would break SQLite's locks. The kernel releases
 * the lock however the process ends.
 */
final class ProcessLock implements AutoCloseable {
    private final FileChannel channel;
    private final FileLock lock;

    private ProcessLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /** Blocks for file access. Throws {@link Unusable} if another process holds the lock. */
    static ProcessLock acquire(Path file) {
        try {
            FileChannel channel = PrivateFiles.open(file);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new Unusable("another process uses this database (it holds " + file + "); stop it first");
            }
            return new ProcessLock(channel, lock);
        } catch (IOException e) {
            throw new Unusable("cannot write " + file + ": " + SqliteFiles.reason(e), e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public void close() {
        try {
            lock.release();
            channel.close();
        } catch (IOException e) {
            // The kernel releases it when the process ends.
        }
    }
}
