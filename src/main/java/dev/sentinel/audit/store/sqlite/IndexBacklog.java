package dev.sentinel.audit.store.sqlite;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The events that are durable and not yet in the index, and how far both are. Any thread.
 *
 * <p>Bounded in events and bytes, not by refusing what is already durable, but by {@link #awaitRoom}: a writer asks
 * before it appends, so at most one batch is above the bound.
 */
final class IndexBacklog {
    /** Somebody who wants to read what was committed when they came. */
    private record Waiter(long committed, Promise<Void> promise) {}

    private final int maxEvents;
    private final long maxBytes;
    private final ArrayDeque<IndexEntry> events = new ArrayDeque<>();
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    private long bytes;
    private int awaited = Integer.MAX_VALUE;
    private boolean hurry;
    private boolean indexerIdle = true;
    private volatile long committed;
    private volatile long indexed;
    private volatile boolean indexFailing;

    IndexBacklog(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    /** Both files hold this many events. Once, before the others are called. */
    synchronized void startAt(long count) {
        committed = count;
        indexed = count;
    }

    /** Events in the log. */
    long committed() {
        return committed;
    }

    /** Events in the index; never more than committed. */
    long indexed() {
        return indexed;
    }

    /** Whether the last write of the index failed. */
    boolean indexFailing() {
        return indexFailing;
    }

    /** Says how the last write of the index went. */
    void indexFailing(boolean failing) {
        indexFailing = failing;
    }

    /** Blocks until there is room; false if there is none in time. Worker threads only. */
    synchronized boolean awaitRoom(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (events.size() >= maxEvents || bytes >= maxBytes) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(Math.max(1, left / 1_000_000));
        }
        return true;
    }

    /** Adds events that have just become durable, in order; at least one. */
    synchronized void add(List<IndexEntry> durable) {
        for (IndexEntry event : durable) {
            events.add(event);
            bytes += event.weight();
        }
        committed = durable.get(durable.size() - 1).seq() + 1;
        if (isWorthwhile()) {
            notifyAll();
        }
    }

    /** True, once, if there is work and the index writer sleeps: the caller is the one to wake it. */
    synchronized boolean takeWake() {
        boolean wake = indexerIdle && !events.isEmpty();
        if (wake) {
            indexerIdle = false;
        }
        return wake;
    }

    /**
     * Blocks until a batch is worth its commit: it has grown to this size, somebody waits for it, or so much time has
     * passed. Index writer's thread only.
     */
    synchronized void awaitBatch(int worthwhile, Duration linger) throws InterruptedException {
        awaited = worthwhile;
        long deadline = System.nanoTime() + linger.toNanos();
        long left = linger.toMillis();
        while (left > 0 && !events.isEmpty() && !isWorthwhile()) {
            wait(left);
            left = (deadline - System.nanoTime()) / 1_000_000;
        }
    }

    /** No batch waits for more events from now on. */
    synchronized void hurry() {
        hurry = true;
        notifyAll();
    }

    private boolean isWorthwhile() {
        return hurry
                || events.size() >= Math.min(awaited, maxEvents / 2)
                || bytes >= maxBytes / 2
                || !waiters.isEmpty();
    }

    /** The oldest events, which stay until {@link #indexed(long)}. Empty: the index writer sleeps until it is woken. */
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

    /** The index has committed all events before this position. */
    void indexed(long count) {
        List<Waiter> served = new ArrayList<>();
        synchronized (this) {
            while (!events.isEmpty() && events.peek().seq() < count) {
                bytes -= events.remove().weight();
            }
            indexed = count;
            // Waiters come in the order of what they wait for, since committed only grows.
            while (!waiters.isEmpty() && waiters.peek().committed <= count) {
                served.add(waiters.remove());
            }
            notifyAll();
        }
        // Outside the lock: completing may run other people's code.
        served.forEach(waiter -> waiter.promise.tryComplete());
    }

    /** Completes when queries see everything that is durable now. */
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

    /** Whoever waited for this does not any more. */
    synchronized void forget(Future<Void> caughtUp) {
        waiters.removeIf(waiter -> waiter.promise.future() == caughtUp);
    }
}
