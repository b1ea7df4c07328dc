package dev.sentinel.audit.store.sqlite;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The events that are durable but not yet indexed, and the progress of log and index. Any thread.
 *
 * <p>Bounded in events and bytes. It cannot refuse what is already durable, so a writer calls {@link #awaitCapacity}
 * before it appends, and at most one batch exceeds the bound.
 */
final class IndexBacklog {
    /** A query that waits until everything committed at its start is indexed. */
    private record Waiter(long committed, Promise<Void> promise) {}

    private final int maxEvents;
    private final long maxBytes;
    private final ArrayDeque<IndexEntry> events = new ArrayDeque<>();
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    private long bytes;
    private int batchEvents = Integer.MAX_VALUE;
    private boolean drainNow;
    private boolean indexerIdle = true;
    private volatile long committed;
    private volatile long indexed;
    private volatile boolean indexFailing;

    IndexBacklog(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    /** Sets how many events both files hold. Called once, before any other method. */
    synchronized void startAt(long count) {
        committed = count;
        indexed = count;
    }

    /** Events in the log. */
    long committed() {
        return committed;
    }

    /** Events in the index; never more than in the log. */
    long indexed() {
        return indexed;
    }

    /** Whether the last write of the index failed. */
    boolean indexFailing() {
        return indexFailing;
    }

    /** Records whether the last write of the index failed. */
    void indexFailing(boolean failing) {
        indexFailing = failing;
    }

    /** Blocks until the backlog is below its bounds; false on timeout. Worker threads only. */
    synchronized boolean awaitCapacity(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (events.size() >= maxEvents || bytes >= maxBytes) {
            long remaining = deadline - System.nanoTime();
            if (remaining <= 0) {
                return false;
            }
            wait(Math.max(1, remaining / 1_000_000));
        }
        return true;
    }

    /** Adds events that have just become durable, in order. The list must not be empty. */
    synchronized void add(List<IndexEntry> durable) {
        for (IndexEntry event : durable) {
            events.add(event);
            bytes += event.weight();
        }
        committed = durable.get(durable.size() - 1).seq() + 1;
        if (isBatchReady()) {
            notifyAll();
        }
    }

    /** True once if there is work and the index writer is idle: the caller must then wake it. */
    synchronized boolean takeWake() {
        boolean wake = indexerIdle && !events.isEmpty();
        if (wake) {
            indexerIdle = false;
        }
        return wake;
    }

    /**
     * Blocks until a batch is worth its commit: it has {@code minEvents}, a query waits for it, or the linger time has
     * passed. Index writer's thread only.
     */
    synchronized void awaitBatch(int minEvents, Duration linger) throws InterruptedException {
        batchEvents = minEvents;
        long deadline = System.nanoTime() + linger.toNanos();
        long remaining = linger.toMillis();
        while (remaining > 0 && !events.isEmpty() && !isBatchReady()) {
            wait(remaining);
            remaining = (deadline - System.nanoTime()) / 1_000_000;
        }
    }

    /** From now on, no batch waits for more events. */
    synchronized void drainNow() {
        drainNow = true;
        notifyAll();
    }

    private boolean isBatchReady() {
        return drainNow
                || events.size() >= Math.min(batchEvents, maxEvents / 2)
                || bytes >= maxBytes / 2
                || !waiters.isEmpty();
    }

    /**
     * The oldest events, which stay until {@link #indexed(long)}. If empty, the index writer is idle until it is woken.
     */
    synchronized List<IndexEntry> next(int max) {
        List<IndexEntry> next = new ArrayList<>(Math.min(max, events.size()));
        for (IndexEntry event : events) {
            if (next.size() == max) {
                break;
            }
            next.add(event);
        }
        indexerIdle = next.isEmpty();
        return next;
    }

    /** Records that the index has committed all events before this position. */
    void indexed(long count) {
        List<Waiter> served = new ArrayList<>();
        synchronized (this) {
            while (!events.isEmpty() && events.peek().seq() < count) {
                bytes -= events.remove().weight();
            }
            indexed = count;
            // Waiters are ordered by what they wait for, since committed only grows.
            while (!waiters.isEmpty() && waiters.peek().committed <= count) {
                served.add(waiters.remove());
            }
            notifyAll();
        }
        // Outside the lock: completing a promise may run foreign code.
        served.forEach(waiter -> waiter.promise.tryComplete());
    }

    /** Completes when queries can see everything that is durable now. */
    Future<Void> caughtUp() {
        if (indexed >= committed) {
            return Future.succeededFuture();
        }
        Promise<Void> promise = Promise.promise();
        synchronized (this) {
            if (indexed >= committed) {
                return Future.succeededFuture();
            }
            waiters.add(new Waiter(committed, promise));
            notifyAll();
        }
        return promise.future();
    }

    /** Removes a waiter that no longer waits. */
    synchronized void forget(Future<Void> caughtUp) {
        waiters.removeIf(waiter -> waiter.promise.future() == caughtUp);
    }
}
