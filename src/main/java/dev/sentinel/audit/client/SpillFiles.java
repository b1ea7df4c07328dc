package dev.sentinel.audit.client;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The files of a {@link SpillBuffer}, in the order in which they are to be sent, and what is in them. The last one is
 * written, and another follows when it is full; one is deleted when the server has decided on all of it. Any thread;
 * nobody holds the lock while a file is read or synchronised.
 */
final class SpillFiles {
    private static final long LARGEST_FILE = 1024 * 1024;

    /** So that room comes back in parts. */
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
        this.fileBytes = Math.min(LARGEST_FILE, maxBytes / FILES);
        this.ledger = ledger;
    }

    /** Writes a line behind all others. */
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

    /** Takes over files, in front of what this process writes, which is younger; returns how many lines they have. */
    long addLeft(List<SpillFile> left) {
        lock.lock();
        try {
            long lines = 0;
            for (int i = left.size() - 1; i >= 0; i--) {
                SpillFile file = left.get(i);
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

    /** Those with something to be read. */
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

    /** How many bytes there are to be read. */
    long unread(SpillFile file) {
        lock.lock();
        try {
            return closed ? 0 : file.unread();
        } finally {
            lock.unlock();
        }
    }

    /** What was found in a file is to be sent, and completed. */
    Batch taken(SpillFile file, SpillChunk parsed) {
        lock.lock();
        try {
            int events = parsed.events().size();
            long first = taken;
            taken(file, parsed.length(), (long) events + parsed.damaged(), events);
            // Not if it merely grows: that would make many small batches of what comes now.
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

    /** Nothing more of this file can be sent; returns how many lines are lost. */
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

    /** Files that are to be synchronised, after each of which {@link #synchronised} is to be called. */
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

    /** @param failure null if all went well */
    void synchronised(SpillFile file, @Nullable IOException failure) {
        lock.lock();
        try {
            if (closed || !files.contains(file)) {
                // It was deleted meanwhile: nothing in it is needed.
                return;
            }
            if (failure != null) {
                ledger.spillFailed("synchronise", failure);
            }
            attempt("close", () -> file.endSync(failure == null));
        } finally {
            lock.unlock();
        }
    }

    /** Accepts nothing more; what is not completed stays, on the disk. */
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
            if (file.isUnsynchronised()) {
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
