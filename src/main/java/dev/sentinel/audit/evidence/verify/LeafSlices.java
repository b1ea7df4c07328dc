package dev.sentinel.audit.evidence.verify;

import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.store.sqlite.SqliteLeaves;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Reads the leaves of a log in order, but ahead and on several threads: nearly all of the time is spent on reading and
 * hashing rows, which do not depend on each other. Keeps the hashes of a few slices in memory. One thread.
 */
final class LeafSlices implements AutoCloseable {
    private static final int MAX_THREADS = 8;

    /** So that no thread waits while the caller uses a slice. */
    private static final int AHEAD = 2;

    private final List<SqliteLeaves> readers;
    private final BlockingQueue<SqliteLeaves> idle;
    private final ExecutorService threads;
    private final Queue<Future<SqliteLeaves.Slice>> ahead = new ArrayDeque<>();

    private LeafSlices(List<SqliteLeaves> readers) {
        this.readers = readers;
        this.idle = new LinkedBlockingQueue<>(readers);
        this.threads = Executors.newFixedThreadPool(readers.size(), task -> {
            Thread thread = new Thread(task, "leaves");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Throws {@link Unusable} as {@link SqliteLeaves#open} does. */
    static LeafSlices open(Path log) {
        int count = Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors());
        List<SqliteLeaves> readers = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                readers.add(SqliteLeaves.open(log));
            }
        } catch (RuntimeException e) {
            readers.forEach(SqliteLeaves::close);
            throw e;
        }
        return new LeafSlices(readers);
    }

    /** See {@link SqliteLeaves#begin}. */
    long begin() {
        return readers.get(0).begin();
    }

    /** See {@link SqliteLeaves#end}. */
    long end() {
        return readers.get(0).end();
    }

    /** A use of slices, in order. */
    @FunctionalInterface
    interface Use {
        /** Takes the slice that begins at a position. */
        void take(long at, SqliteLeaves.Slice slice);
    }

    /**
     * Reads all rows from a position on, before another, to the first slice that is not complete, which is the last one
     * that is used. Called once.
     */
    void read(long from, long to, Use use) {
        long next = from;
        for (long at = from; at < to; at += SqliteLeaves.MAX_ROWS) {
            while (next < to && ahead.size() < AHEAD * readers.size()) {
                long begin = next;
                ahead.add(threads.submit(() -> slice(begin, to)));
                next += SqliteLeaves.MAX_ROWS;
            }
            SqliteLeaves.Slice slice = await(ahead.remove());
            use.take(at, slice);
            if (slice.next() != SqliteLeaves.Next.READABLE) {
                return;
            }
        }
    }

    private SqliteLeaves.Slice slice(long from, long to) throws InterruptedException {
        SqliteLeaves reader = idle.take();
        try {
            return reader.read(from, to);
        } finally {
            idle.add(reader);
        }
    }

    private static SqliteLeaves.Slice await(Future<SqliteLeaves.Slice> slice) {
        try {
            return slice.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unusable("interrupted", e);
        }
    }

    /** Ends the reading that is under way. */
    @Override
    public void close() {
        threads.shutdown();
        ahead.forEach(slice -> slice.cancel(false));
        for (int i = 0; i < readers.size(); i++) {
            taken().close();
        }
    }

    /** A reader that no thread uses any longer. */
    private SqliteLeaves taken() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return idle.take();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
