package dev.sentinel.audit.ingest;

import java.util.concurrent.atomic.AtomicBoolean;

/** A part of a budget. Any thread. */
public final class Permit {
    private final Budget budget;
    private final long amount;
    private final AtomicBoolean released = new AtomicBoolean();

    Permit(Budget budget, long amount) {
        this.budget = budget;
        this.amount = amount;
    }

    /** Gives it back; once is enough, more does nothing. */
    public void release() {
        if (released.compareAndSet(false, true)) {
            budget.giveBack(amount);
        }
    }
}
