package dev.sentinel.audit.http.inflight;

/** A part of a budget. Any thread. */
public final class Permit {
    private final Budget budget;
    private long amount;

    Permit(Budget budget, long amount) {
        this.budget = budget;
        this.amount = amount;
    }

    /** What it still is. */
    synchronized long amount() {
        return amount;
    }

    /** Gives back what is more than this. */
    public void shrinkTo(long needed) {
        long surplus;
        synchronized (this) {
            surplus = Math.max(0, amount - needed);
            amount -= surplus;
        }
        if (surplus > 0) {
            budget.giveBack(surplus);
        }
    }

    /** Gives it back; once is enough, more does nothing. */
    public void release() {
        shrinkTo(0);
    }
}
