package dev.sentinel.audit.http.inflight;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** The part of a budget that one request holds; it may grow and shrink. Any thread. */
public final class Permit {
    private final Budget budget;
    private final String owner;

    // The budget's lock guards everything below.
    private long amount;
    private boolean released;
    private boolean revoked;
    private @Nullable Runnable onRevoke;

    Permit(Budget budget, String owner) {
        this.budget = budget;
        this.owner = owner;
    }

    /** The amount held. */
    public long amount() {
        synchronized (budget) {
            return amount;
        }
    }

    /**
     * Acquires what is missing to {@code wanted}, perhaps after waiting. Fails like {@link Budget#take}; the amount
     * held is then unchanged.
     */
    public Future<Void> growTo(long wanted) {
        return budget.grow(this, wanted);
    }

    /** Releases the amount that exceeds {@code needed}. */
    public void shrinkTo(long needed) {
        budget.shrink(this, needed);
    }

    /** Releases everything, including what is acquired later. Idempotent. */
    public void release() {
        synchronized (budget) {
            released = true;
        }
        shrinkTo(0);
    }

    /**
     * Lets the budget ask for this permit back when others wait and its owner holds more than its share. Without an
     * action, the permit stays until it is released.
     *
     * @param action must lead to the release of this permit soon; runs at most once, on the current context; null for
     *     none
     */
    public void onRevoke(@Nullable Runnable action) {
        budget.setRevocable(this, action);
    }

    String owner() {
        return owner;
    }

    boolean isReleased() {
        return released;
    }

    boolean isRevoked() {
        return revoked;
    }

    boolean isRevocable() {
        return onRevoke != null && !revoked;
    }

    void setOnRevoke(@Nullable Runnable action) {
        onRevoke = action;
    }

    void markRevoked() {
        revoked = true;
    }

    /** The action that is to run now; null if it was replaced, or the permit released, in the meantime. */
    @Nullable
    Runnable pendingAction() {
        synchronized (budget) {
            return amount > 0 ? onRevoke : null;
        }
    }

    void add(long difference) {
        amount += difference;
    }
}
