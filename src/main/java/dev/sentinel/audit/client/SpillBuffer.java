package dev.sentinel.audit.client;

import java.io.IOException;
import java.io.SyncFailedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps events in files, from which the next process sends what this one could not. An event is written, whole, before
 * {@link #offer} returns: it outlives the process from then on, whatever ends it. It outlives the machine once it was
 * synchronised, which happens every {@link #SYNC_EVERY} to what still waits; to do so for each event would cost the
 * agent milliseconds. A file is deleted when the server has decided on all of it, so that after a crash some of its
 * events are sent again, which the server knows by their ids.
 */
final class SpillBuffer implements EventBuffer {
    private static final Duration SYNC_EVERY = Duration.ofSeconds(1);
    private static final long LARGEST_FILE = 1024 * 1024;

    /** So that room comes back in parts. */
    private static final int FILES = 8;

    /** No event is longer: 64 KiB of metadata, and other fields that take a tenth of that. */
    private static final int LONGEST_LINE = 128 * 1024;

    private final SpillDirectory directory;
    private final long maxBytes;
    private final long fileBytes;
    private final Ledger ledger;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private final Deque<SpillFile> files = new ArrayDeque<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong unread = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong settled = new AtomicLong();
    private volatile long taken;
    private boolean closed;

    private SpillBuffer(SpillDirectory directory, long maxBytes, Ledger ledger) {
        this.directory = directory;
        this.maxBytes = maxBytes;
        this.fileBytes = Math.min(LARGEST_FILE, maxBytes / FILES);
        this.ledger = ledger;
    }

    /**
     * Opens the directory.
     *
     * @param maxBytes of all files of this client, and of those that it takes over
     */
    static SpillBuffer open(Path path, long maxBytes, Ledger ledger) throws IOException {
        SpillBuffer buffer = new SpillBuffer(SpillDirectory.open(path), maxBytes, ledger);
        Thread thread = new Thread(buffer::syncUntilClosed, "sentinel-audit-spill-sync");
        thread.setDaemon(true);
        thread.start();
        return buffer;
    }

    @Override
    public Offer offer(byte[] event) {
        byte[] line = SpillLine.of(event);
        lock.lock();
        try {
            if (closed) {
                return Offer.FAILED;
            }
            if (bytes.get() + line.length > maxBytes) {
                return Offer.FULL;
            }
            writable(line.length).append(line);
            bytes.addAndGet(line.length);
            unread.addAndGet(line.length);
            accepted.incrementAndGet();
            ledger.spilled.increment();
            return Offer.ACCEPTED;
        } catch (IOException e) {
            ledger.spillFailed("write", e);
            return Offer.FAILED;
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

    @Override
    public long recover() {
        lock.lock();
        try {
            long before = accepted.get();
            List<Path> left = directory.takeOver();
            // In front of what this process writes, which is younger; the last one first.
            for (int i = left.size() - 1; i >= 0; i--) {
                SpillFile file = SpillFile.left(left.get(i));
                files.addFirst(file);
                bytes.addAndGet(file.size());
                unread.addAndGet(file.size());
                accepted.addAndGet(file.countLines());
                forgetIfDone(file);
            }
            return accepted.get() - before;
        } catch (IOException e) {
            ledger.spillFailed("take over", e);
            return 0;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable Batch take(int maxEvents, int maxSize) {
        try {
            SpillFile file;
            while ((file = nextUnread()) != null) {
                byte[] chunk = chunk(file, maxSize);
                file.read(chunk);
                SpillChunk parsed = SpillChunk.parse(chunk, maxEvents, maxSize);
                Batch batch = taken(file, parsed);
                if (parsed.damaged() > 0) {
                    ledger.dropped(parsed.damaged(), "damaged in the spill directory");
                }
                if (!batch.events().isEmpty()) {
                    return batch;
                }
            }
        } catch (IOException e) {
            ledger.spillFailed("read", e);
        }
        return null;
    }

    private @Nullable SpillFile nextUnread() {
        lock.lock();
        try {
            return files.stream().filter(file -> file.unread() > 0).findFirst().orElse(null);
        } finally {
            lock.unlock();
        }
    }

    private byte[] chunk(SpillFile file, int maxSize) {
        lock.lock();
        try {
            return new byte[(int) Math.min(file.unread(), (long) maxSize + LONGEST_LINE)];
        } finally {
            lock.unlock();
        }
    }

    private Batch taken(SpillFile file, SpillChunk parsed) throws IOException {
        lock.lock();
        try {
            int events = parsed.events().size();
            file.taken(parsed.length(), events);
            unread.addAndGet(-parsed.length());
            long first = taken;
            taken = first + events + parsed.damaged();
            settled.addAndGet(parsed.damaged());
            // Not if it merely grows: that would make many small batches of what comes now.
            boolean more = parsed.full() || (!file.isOpen() && nextUnread() != null);
            forgetIfDone(file);
            return new Batch(parsed.events(), first, more, file);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void settle(Batch batch) {
        lock.lock();
        try {
            SpillFile file = (SpillFile) Objects.requireNonNull(batch.origin());
            file.settled(batch.events().size());
            settled.addAndGet(batch.events().size());
            forgetIfDone(file);
        } catch (IOException e) {
            ledger.spillFailed("delete", e);
        } finally {
            lock.unlock();
        }
    }

    private void forgetIfDone(SpillFile file) throws IOException {
        if (!file.isDone() || closed) {
            return;
        }
        bytes.addAndGet(-file.size());
        if (file.isOpen()) {
            file.empty();
        } else {
            files.remove(file);
            file.delete();
        }
    }

    private void syncUntilClosed() {
        lock.lock();
        try {
            while (!closed) {
                closing.await(SYNC_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                List<SpillFile> dirty =
                        files.stream().filter(SpillFile::isDirty).toList();
                dirty.forEach(SpillFile::markClean);
                lock.unlock();
                try {
                    dirty.forEach(this::sync);
                } finally {
                    lock.lock();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void sync(SpillFile file) {
        try {
            file.sync();
        } catch (SyncFailedException e) {
            // It was deleted meanwhile: nothing in it is needed.
        } catch (IOException e) {
            ledger.spillFailed("synchronise", e);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
            for (SpillFile file : files) {
                if (file.isDone()) {
                    file.delete();
                } else {
                    file.sync();
                    file.close();
                }
            }
        } catch (IOException e) {
            ledger.spillFailed("close", e);
        } finally {
            lock.unlock();
            directory.close();
        }
    }

    @Override
    public long accepted() {
        return accepted.get();
    }

    @Override
    public long taken() {
        return taken;
    }

    @Override
    public long untakenBytes() {
        return unread.get();
    }

    @Override
    public long unsettled() {
        return accepted.get() - settled.get();
    }

    @Override
    public long unsettledBytes() {
        return bytes.get();
    }

    @Override
    public boolean survives() {
        return true;
    }
}
