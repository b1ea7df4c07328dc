package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.files.ExclusiveLock;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Keeps other processes off the files. The lock is on a separate file: locking the database itself would break SQLite's
 * locks.
 */
final class ProcessLock implements AutoCloseable {
    private final ExclusiveLock lock;

    private ProcessLock(ExclusiveLock lock) {
        this.lock = lock;
    }

    /** Blocks for file access. Throws {@link Unusable} if another process holds the lock. */
    static ProcessLock acquire(Path file) {
        try {
            return new ProcessLock(ExclusiveLock.tryAcquire(file)
                    .orElseThrow(() ->
                            new Unusable("another process uses this database (it holds " + file + "); stop it first")));
        } catch (IOException e) {
            throw new Unusable("cannot write " + file + ": " + SqliteFiles.reason(e), e);
        }
    }

    @Override
    public void close() {
        lock.close();
    }
}
