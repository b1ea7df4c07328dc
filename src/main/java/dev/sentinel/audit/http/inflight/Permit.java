package dev.sentinel.audit.http.inflight;

/** An acquired part of a budget. Any thread. */
public final class Permit {
    private final Budget budget;
    private long amount;

    Permit(Budget budget, long amount) {
        this.budget = budget;
        this.amount = amount;
    }

    /** The amount still held. */
    synchronized long amount() {
        return amount;
    }

    /** Releases the amount that exceeds {@code needed}. */
    public void shrinkTo(long needed) {
        long surplus;
        synchronized (this) {
            surplus = Math.max(0, amount - needed);
            amount -= surplus;
        }
        if (surplus > 0) {
            budget.release(surplus);
        }
    }

    /** Releases the whole amount. Idempotent. */
    public void release() {
        shrinkTo(0);
    }
}
