package dev.sentinel.audit.http.inflight;

import dev.sentinel.audit.failure.Overloaded;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A bounded amount of something that requests take and give back. Who finds too little waits in line, first come first
 * served, for a bounded time; the line is bounded too. Any thread.
 */
public final class Budget {
    private static final int MAX_WAITING = 1_000;

    /** Somebody in line. Decided once, under the lock: granted or given up. */
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
    private final String what;
    private final long capacity;
    private final Duration timeout;
    private final ArrayDeque<Waiter> line = new ArrayDeque<>();
    private long inUse;

    /**
     * Makes a budget of which nothing is taken.
     *
     * @param what is counted, for the message of a refusal
     * @param timeout how long somebody waits for their turn
     */
    public Budget(Vertx vertx, String what, long capacity, Duration timeout) {
        this.vertx = vertx;
        this.what = what;
        this.capacity = capacity;
        this.timeout = timeout;
    }

    /** What is taken now. */
    public synchronized long inUse() {
        return inUse;
    }

    /** What there is in all. */
    public long capacity() {
        return capacity;
    }

    /**
     * Takes a part, perhaps after waiting; completes on the caller's context.
     *
     * @return fails with {@link Overloaded} if there is none in time, or never will be
     */
    public Future<Permit> take(long amount) {
        Waiter waiter;
        synchronized (this) {
            if (line.isEmpty() && amount <= capacity - inUse) {
                inUse += amount;
                return Future.succeededFuture(new Permit(this, amount));
            }
            if (amount > capacity || line.size() >= MAX_WAITING) {
                return Future.failedFuture(overloaded());
            }
            waiter = new Waiter(amount, vertx.getOrCreateContext());
            line.add(waiter);
        }
        long timer = vertx.setTimer(Math.max(1, timeout.toMillis()), late -> giveUp(waiter));
        return waiter.promise.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    void giveBack(long amount) {
        synchronized (this) {
            inUse -= amount;
        }
        serveLine();
    }

    private void giveUp(Waiter waiter) {
        boolean waited;
        synchronized (this) {
            waited = line.remove(waiter);
        }
        if (waited) {
            waiter.promise.fail(overloaded());
            // A large one in front may have held up small ones that fit.
            serveLine();
        }
    }

    private void serveLine() {
        List<Waiter> served;
        synchronized (this) {
            if (line.isEmpty()) {
                return;
            }
            served = new ArrayList<>();
            while (!line.isEmpty() && line.peek().amount <= capacity - inUse) {
                Waiter next = line.remove();
                inUse += next.amount;
                served.add(next);
            }
        }
        for (Waiter waiter : served) {
            waiter.context.runOnContext(now -> waiter.promise.complete(new Permit(this, waiter.amount)));
        }
    }

    private Overloaded overloaded() {
        return new Overloaded("too many " + what + " in flight");
    }
}
