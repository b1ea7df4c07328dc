package dev.sentinel.audit.http.inflight;

import dev.sentinel.audit.failure.Overloaded;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A bounded amount of a resource that requests acquire and release. A request that finds too little waits in a bounded
 * FIFO queue, for a bounded time. Any thread.
 */
public final class Budget {
    private static final int MAX_WAITING = 1_000;

    /** A queued request. Decided exactly once, under the lock: granted or timed out. */
    private static final class Waiter {
        private final long amount;
        private final Context context;
        private final Promise<Permit> promise = Promise.promise();

        Waiter(long amount, Context context) {
            this.amount = amount;
            this.context = context;
        }
    }

    private final Vertx vertx;
    private final String unit;
    private final long capacity;
    private final Duration timeout;
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    private long inUse;

    /**
     * Creates an unused budget.
     *
     * @param unit what is counted, for the message of a refusal
     * @param timeout how long a request may wait
     */
    public Budget(Vertx vertx, String unit, long capacity, Duration timeout) {
        this.vertx = vertx;
        this.unit = unit;
        this.capacity = capacity;
        this.timeout = timeout;
    }

    /**
     * Registers two gauges: what is taken, and the capacity as {@code name.limit}.
     *
     * @param description of what is taken
     */
    public void register(MeterRegistry registry, String name, String description) {
        Gauge.builder(name, this, Budget::inUse).description(description).register(registry);
        Gauge.builder(name + ".limit", this, Budget::capacity)
                .description("How many there may be.")
                .register(registry);
    }

    /** What is taken now. */
    public synchronized long inUse() {
        return inUse;
    }

    /** The total amount. */
    public long capacity() {
        return capacity;
    }

    /**
     * Acquires an amount, perhaps after waiting; completes on the caller's context.
     *
     * @return fails with {@link Overloaded} on timeout, if the queue is full, or if the amount exceeds the capacity
     */
    public Future<Permit> take(long amount) {
        Waiter waiter;
        synchronized (this) {
            if (waiters.isEmpty() && amount <= capacity - inUse) {
                inUse += amount;
                return Future.succeededFuture(new Permit(this, amount));
            }
            if (amount > capacity || waiters.size() >= MAX_WAITING) {
                return Future.failedFuture(overloaded());
            }
            waiter = new Waiter(amount, vertx.getOrCreateContext());
            waiters.add(waiter);
        }
        long timer = vertx.setTimer(Math.max(1, timeout.toMillis()), late -> timeOut(waiter));
        return waiter.promise.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    void release(long amount) {
        synchronized (this) {
            inUse -= amount;
        }
        serveWaiters();
    }

    private void timeOut(Waiter waiter) {
        boolean waited;
        synchronized (this) {
            waited = waiters.remove(waiter);
        }
        if (waited) {
            waiter.promise.fail(overloaded());
            // A large request at the head may have blocked smaller ones that fit.
            serveWaiters();
        }
    }

    private void serveWaiters() {
        List<Waiter> served;
        synchronized (this) {
            if (waiters.isEmpty()) {
                return;
            }
            served = new ArrayList<>();
            while (!waiters.isEmpty() && waiters.peek().amount <= capacity - inUse) {
                Waiter next = waiters.remove();
                inUse += next.amount;
                served.add(next);
            }
        }
        for (Waiter waiter : served) {
            waiter.context.runOnContext(now -> waiter.promise.complete(new Permit(this, waiter.amount)));
        }
    }

    private Overloaded overloaded() {
        return new Overloaded("too many " + unit + " in flight");
    }
}
