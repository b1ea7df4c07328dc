package dev.sentinel.audit.http.inflight;

import dev.sentinel.audit.failure.Overloaded;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A bounded amount of a resource that requests acquire and release. A request that finds too little waits in a bounded
 * queue, for a bounded time. Any thread.
 *
 * <p>The amount is shared between clients, its owners. An owner may take everything while nobody else waits. While
 * others wait, it gets nothing beyond its share, a quarter, and its newest revocable permits beyond the share are
 * revoked. One request of each owner is exempt, so that a request of the largest allowed size always fits. Within these
 * rules, the queue is first-in first-out.
 *
 * <p>A budget {@link #withReserve with a reserve} also keeps a sixteenth for owners that hold little. Within it, their
 * requests do not wait behind larger ones.
 */
public final class Budget {
    private static final int MAX_WAITING = 1_000;
    private static final int SHARES = 4;

    private final Vertx vertx;
    private final String unit;
    private final long capacity;
    private final long share;
    private final Reserve reserve;
    private final Duration timeout;

    /** Owners that hold something or wait. */
    private final Map<String, Owner> owners = new HashMap<>();

    /** Owners that hold more than their share, at most three. Found without a search, because every refusal looks. */
    private final Set<Owner> large = new LinkedHashSet<>();

    private final Set<Waiter> waiters = new LinkedHashSet<>();
    private long inUse;
    private long refused;
    private long refusedWithinShare;

    /**
     * Creates an unused budget without a reserve.
     *
     * @param unit what is counted, for the message of a refusal
     * @param timeout how long a request may wait
     */
    public Budget(Vertx vertx, String unit, long capacity, Duration timeout) {
        this(vertx, unit, capacity, Reserve.none(capacity), timeout);
    }

    private Budget(Vertx vertx, String unit, long capacity, Reserve reserve, Duration timeout) {
        this.vertx = vertx;
        this.unit = unit;
        this.capacity = capacity;
        this.share = Math.max(1, capacity / SHARES);
        this.reserve = reserve;
        this.timeout = timeout;
    }

    /**
     * Creates an unused budget that reserves a part for owners that hold little. For amounts of which a request may
     * need one or thousands; a capacity below 64 has no reserve.
     *
     * @param unit what is counted, for the message of a refusal
     * @param timeout how long a request may wait
     */
    public static Budget withReserve(Vertx vertx, String unit, long capacity, Duration timeout) {
        return new Budget(vertx, unit, capacity, Reserve.of(capacity), timeout);
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

    /**
     * Registers the counter of requests that were refused.
     *
     * @param bound names this budget among all others
     */
    public void registerRefusals(MeterRegistry registry, String bound) {
        FunctionCounter.builder("sentinel.bound.refused", this, Budget::refused)
                .description("Requests refused because a bound was used up.")
                .tag("bound", bound)
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

    private synchronized long refused() {
        return refused;
    }

    /** Requests refused so far although their owner held no more than its share: the budget was really used up. */
    public synchronized long refusedWithinShare() {
        return refusedWithinShare;
    }

    /**
     * A permit that holds nothing yet.
     *
     * @param owner the client that the permit counts for
     */
    public Permit open(String owner) {
        return new Permit(this, owner);
    }

    /**
     * Acquires an amount, perhaps after waiting; completes on the caller's context.
     *
     * @param owner the client that the permit counts for
     * @return fails with {@link Overloaded} on timeout, if the queue is full, or if the amount exceeds the capacity
     */
    public Future<Permit> take(String owner, long amount) {
        Permit permit = open(owner);
        return permit.growTo(amount).map(permit);
    }

    /** Completes when {@link #take} would succeed, and takes nothing. Fails like it. */
    public Future<Void> await(String owner, long amount) {
        return take(owner, amount).map(permit -> {
            permit.release();
            return null;
        });
    }

    Future<Void> grow(Permit permit, long wanted) {
        Actions actions = new Actions();
        Waiter waiter = null;
        synchronized (this) {
            long missing = wanted - permit.amount();
            if (missing <= 0 || permit.isReleased()) {
                return Future.succeededFuture();
            }
            Owner owner = owners.computeIfAbsent(permit.owner(), name -> new Owner());
            if (waiters.isEmpty() && missing <= free(owner, permit, missing)) {
                hold(owner, permit, missing);
                return Future.succeededFuture();
            }
            if (wanted <= capacity && !permit.isRevoked() && hasPlaceToWait(owner, actions)) {
                waiter = new Waiter(owner, permit, missing, vertx.getOrCreateContext(), Promise.promise());
                waiters.add(waiter);
                owner.addWaiting(1);
                serve(actions);
            } else {
                countRefusal(owner, permit, missing);
                forgetIfIdle(owner, permit);
            }
        }
        actions.run();
        return waiter == null ? Future.failedFuture(overloaded()) : decision(waiter);
    }

    private Future<Void> decision(Waiter waiter) {
        long timer = vertx.setTimer(Math.max(1, timeout.toMillis()), late -> timeOut(waiter));
        return waiter.decision().future().onComplete(done -> vertx.cancelTimer(timer));
    }

    /** When all places are taken, an owner with few gets one of an owner with many. */
    private boolean hasPlaceToWait(Owner owner, Actions actions) {
        if (waiters.size() < MAX_WAITING) {
            return true;
        }
        if (owner.waiting() >= MAX_WAITING / SHARES) {
            return false;
        }
        Waiter newest = null;
        for (Waiter waiter : waiters) {
            newest = waiter.owner().waiting() > MAX_WAITING / SHARES ? waiter : newest;
        }
        if (newest == null) {
            return false;
        }
        leave(newest);
        actions.refuse(newest, overloaded());
        return true;
    }

    void shrink(Permit permit, long needed) {
        Actions actions = new Actions();
        synchronized (this) {
            long surplus = permit.amount() - needed;
            if (surplus > 0) {
                release(owner(permit), permit, surplus);
            }
            // A released permit that held nothing may still wait, at the head.
            if (surplus > 0 || permit.isReleased()) {
                serve(actions);
            }
        }
        actions.run();
    }

    private void release(Owner owner, Permit permit, long amount) {
        reserve.beforeChange(owner);
        owner.release(permit, amount);
        reserve.afterChange(owner);
        inUse -= amount;
        updateLarge(owner);
        forgetIfIdle(owner, permit);
    }

    void setRevocable(Permit permit, @Nullable Runnable action) {
        Actions actions = new Actions();
        Context context = vertx.getOrCreateContext();
        synchronized (this) {
            permit.setOnRevoke(action == null ? null : () -> context.runOnContext(now -> runIfPending(permit, action)));
            if (permit.amount() > 0) {
                owner(permit).track(permit);
                serve(actions);
            }
        }
        actions.run();
    }

    private static void runIfPending(Permit permit, Runnable action) {
        if (permit.pendingAction() != null) {
            action.run();
        }
    }

    private void timeOut(Waiter waiter) {
        Actions actions = new Actions();
        synchronized (this) {
            if (!waiters.contains(waiter)) {
                return;
            }
            leave(waiter);
            actions.refuse(waiter, overloaded());
            // A large request at the head may have blocked smaller ones that fit.
            serve(actions);
        }
        actions.run();
    }

    /** Ends the wait of a request without a grant. */
    private void leave(Waiter waiter) {
        waiters.remove(waiter);
        waiter.owner().addWaiting(-1);
        countRefusal(waiter.owner(), waiter.permit(), waiter.amount());
        forgetIfIdle(waiter.owner(), waiter.permit());
    }

    private void serve(Actions actions) {
        boolean served = true;
        // Again after a grant: those behind it may now be alone.
        while (served && !waiters.isEmpty()) {
            served = servePass(actions);
        }
    }

    private boolean servePass(Actions actions) {
        boolean served = false;
        Waiter blocked = null;
        for (Iterator<Waiter> each = waiters.iterator(); each.hasNext(); ) {
            Waiter next = each.next();
            if (!next.permit().isReleased()) {
                if (!mayTake(next) || (blocked != null && !reserve.mayOvertake(next, blocked))) {
                    continue;
                }
                if (next.amount() > free(next)) {
                    if (blocked == null) {
                        blocked = next;
                        revokeFor(next, actions);
                    }
                    continue;
                }
            }
            each.remove();
            grant(next, actions);
            served = true;
        }
        return served || (blocked == null && serveBeyondShares(actions));
    }

    /** What nobody needs within its share is for those who want more: first for the one that holds the least. */
    private boolean serveBeyondShares(Actions actions) {
        Waiter least = null;
        for (Waiter waiter : waiters) {
            if (waiter.amount() <= free(waiter)
                    && (least == null || waiter.owner().held() < least.owner().held())) {
                least = waiter;
            }
        }
        if (least == null) {
            return false;
        }
        waiters.remove(least);
        grant(least, actions);
        return true;
    }

    private void grant(Waiter waiter, Actions actions) {
        waiter.owner().addWaiting(-1);
        if (!waiter.permit().isReleased()) {
            hold(waiter.owner(), waiter.permit(), waiter.amount());
        }
        forgetIfIdle(waiter.owner(), waiter.permit());
        actions.grant(waiter);
    }

    private boolean mayTake(Waiter waiter) {
        boolean nobodyElseWaits = waiters.size() == waiter.owner().waiting();
        return nobodyElseWaits || isWithinShare(waiter.owner(), waiter.permit(), waiter.amount());
    }

    private boolean isWithinShare(Owner owner, Permit permit, long amount) {
        return owner.held() + amount <= share || owner.holdsOnly(permit);
    }

    /** How much of the budget is free for a request: all but what is reserved for others. */
    private long free(Owner owner, Permit permit, long amount) {
        return capacity - inUse - reserve.withheldFrom(owner, permit, amount);
    }

    private long free(Waiter waiter) {
        return free(waiter.owner(), waiter.permit(), waiter.amount());
    }

    private void revokeFor(Waiter waiter, Actions actions) {
        if (!isWithinShare(waiter.owner(), waiter.permit(), waiter.amount())) {
            return;
        }
        long missing = waiter.amount() - free(waiter);
        for (Owner owner : large) {
            missing -= owner.revoking();
        }
        for (Owner owner : large) {
            if (!owner.equals(waiter.owner())) {
                for (Permit permit : owner.revoke(missing, share)) {
                    missing -= permit.amount();
                    Runnable action = permit.pendingAction();
                    if (action != null) {
                        actions.add(action);
                    }
                }
            }
        }
    }

    private void hold(Owner owner, Permit permit, long amount) {
        inUse += amount;
        reserve.beforeChange(owner);
        owner.hold(permit, amount);
        reserve.afterChange(owner);
        updateLarge(owner);
    }

    private void updateLarge(Owner owner) {
        if (owner.held() > share) {
            large.add(owner);
        } else {
            large.remove(owner);
        }
    }

    private Owner owner(Permit permit) {
        Owner owner = owners.get(permit.owner());
        if (owner == null) {
            throw new IllegalStateException("the owner of a permit is unknown");
        }
        return owner;
    }

    private void forgetIfIdle(Owner owner, Permit permit) {
        if (owner.isIdle()) {
            owners.remove(permit.owner());
        }
    }

    private void countRefusal(Owner owner, Permit permit, long amount) {
        refused++;
        refusedWithinShare += isWithinShare(owner, permit, amount) ? 1 : 0;
    }

    private Overloaded overloaded() {
        return new Overloaded("too many " + unit + " in flight");
    }
}
