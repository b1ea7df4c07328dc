package dev.sentinel.audit.client;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The files of a {@link SpillBuffer}, in sending order. The last one is written; when it is full, a new one follows. A
 * file is deleted when the server has decided on all its events. Any thread. The lock is not held while a file is read
 * or synced.
 */
final class SpillFiles {
    private static final long MAX_FILE_BYTES = 1024 * 1024;

    /** The minimum number of files, so that space is freed gradually. */
    private static final int FILES = 8;

    private final SpillDirectory directory;
    private final long maxBytes;
    private final long fileBytes;
    private final Ledger ledger;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<SpillFile> files = new ArrayDeque<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong unread = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong completed = new AtomicLong();
    private volatile long taken;
    private boolean closed;

    SpillFiles(SpillDirectory directory, long maxBytes, Ledger ledger) {
        this.directory = directory;
        this.maxBytes = maxBytes;
        this.fileBytes = Math.min(MAX_FILE_BYTES, maxBytes / FILES);
        this.ledger = ledger;
    }

    /** Appends a line to the last file. */
    EventBuffer.Offer append(byte[] line) {
        lock.lock();
        try {
            if (closed) {
                return EventBuffer.Offer.FAILED;
            }
            if (bytes.get() + line.length > maxBytes) {
                return EventBuffer.Offer.FULL;
            }
            writable(line.length).append(line);
            bytes.addAndGet(line.length);
            unread.addAndGet(line.length);
            accepted.incrementAndGet();
            return EventBuffer.Offer.ACCEPTED;
        } catch (IOException e) {
            ledger.spillFailed("write", e);
            return EventBuffer.Offer.FAILED;
        } finally {
            lock.unlock();
        }
    }

    private SpillFile writable(int length) throws IOException {
        SpillFile last = files.peekLast();
        if (last != null && last.isOpen() && (last.size() + length <= fileBytes || last.size() == 0)) {
            return last;
        }
        if (last != null) {
            last.seal();
            forgetIfDone(last);
        }
        SpillFile next = SpillFile.create(directory.newFile());
        files.add(next);
        return next;
    }

    /** Adds files of earlier processes before the newer ones of this process. Returns their number of lines. */
    long addRecovered(List<SpillFile> recovered) {
        lock.lock();
        try {
            long lines = 0;
            for (int i = recovered.size() - 1; i >= 0; i--) {
                SpillFile file = recovered.get(i);
                lines += file.lines();
                files.addFirst(file);
                bytes.addAndGet(file.size());
                unread.addAndGet(file.size());
                accepted.addAndGet(file.lines());
                forgetIfDone(file);
            }
            return lines;
        } finally {
            lock.unlock();
        }
    }

    /** The files with unread content. */
    List<SpillFile> unread() {
        lock.lock();
        try {
            return closed
                    ? List.of()
                    : files.stream().filter(file -> file.unread() > 0).toList();
        } finally {
            lock.unlock();
        }
    }

    /** The number of unread bytes. */
    long unread(SpillFile file) {
        lock.lock();
        try {
            return closed ? 0 : file.unread();
        } finally {
            lock.unlock();
        }
    }

    /** Marks the parsed events as taken and returns them as a batch. */
    Batch taken(SpillFile file, SpillChunk parsed) {
        lock.lock();
        try {
            int events = parsed.events().size();
            long first = taken;
            taken(file, parsed.length(), (long) events + parsed.damaged(), events);
            // A file that is still being written does not count: its new events would be sent in many small batches.
            boolean more = parsed.full() || (!file.isOpen() && unread.get() > 0);
            forgetIfDone(file);
            return new Batch(parsed.events(), first, more, file);
        } finally {
            lock.unlock();
        }
    }

    private void taken(SpillFile file, long length, long lines, int events) {
        file.taken(length, lines, events);
        unread.addAndGet(-length);
        long before = taken;
        taken = before + lines;
        completed.addAndGet(lines - events);
    }

    /** Gives up a file that cannot be read. Returns the number of lost lines. */
    long giveUp(SpillFile file) {
        lock.lock();
        try {
            if (closed) {
                return 0;
            }
            long lost = file.lines();
            taken(file, file.unread(), lost, 0);
            attempt("close", file::seal);
            forgetIfDone(file);
            return lost;
        } finally {
            lock.unlock();
        }
    }

    void complete(SpillFile file, int events) {
        lock.lock();
        try {
            file.completed(events);
            completed.addAndGet(events);
            forgetIfDone(file);
        } finally {
            lock.unlock();
        }
    }

    private void forgetIfDone(SpillFile file) {
        if (!file.isDone() || closed) {
            return;
        }
        attempt("delete", () -> {
            long size = file.size();
            if (file.isOpen()) {
                file.empty();
            } else {
                files.remove(file);
                file.delete();
            }
            bytes.addAndGet(-size);
        });
    }

    /** The files to sync. {@link #synced} must be called after each. */
    List<SpillFile> dirty() {
        lock.lock();
        try {
            List<SpillFile> dirty = files.stream().filter(SpillFile::isDirty).toList();
            dirty.forEach(SpillFile::beginSync);
            return dirty;
        } finally {
            lock.unlock();
        }
    }

    /** @param failure null if the sync succeeded */
    void synced(SpillFile file, @Nullable IOException failure) {
        lock.lock();
        try {
            if (closed || !files.contains(file)) {
                // The file was deleted meanwhile, so nothing in it is needed.
                return;
            }
            if (failure != null) {
                ledger.spillFailed("sync", failure);
            }
            attempt("close", () -> file.endSync(failure == null));
        } finally {
            lock.unlock();
        }
    }

    /** Stops accepting events. Those that are not completed stay on disk. */
    void close() {
        lock.lock();
        try {
            closed = true;
            for (SpillFile file : files) {
                attempt("close", () -> close(file));
            }
        } finally {
            lock.unlock();
        }
    }

    private static void close(SpillFile file) throws IOException {
        if (file.isDone()) {
            file.delete();
            return;
        }
        try (file) {
            if (file.isUnsynced()) {
                file.sync();
            }
        }
    }

    private interface DiskAction {
        void run() throws IOException;
    }

    private void attempt(String what, DiskAction action) {
        try {
            action.run();
        } catch (IOException e) {
            ledger.spillFailed(what, e);
        }
    }

    long accepted() {
        return accepted.get();
    }

    long taken() {
        return taken;
    }

    long pending() {
        return accepted.get() - completed.get();
    }

    long bytes() {
        return bytes.get();
    }

    long unreadBytes() {
        return unread.get();
    }
}
