package dev.sentinel.audit.http.inflight;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** What one request holds of a budget; it may grow and shrink. One context, as that of the request. */
public final class Reservation {
    private final Budget budget;
    private final List<Permit> parts = new ArrayList<>(2);
    private long amount;
    private boolean released;

    /** Holds nothing yet. */
    public Reservation(Budget budget) {
        this.budget = budget;
    }

    /** What it holds. */
    public long amount() {
        return amount;
    }

    /**
     * Takes what is missing to so much, perhaps after waiting; fails as the budget does, and then holds what it held.
     */
    public Future<Void> growTo(long wanted) {
        if (wanted <= amount) {
            return Future.succeededFuture();
        }
        long missing = wanted - amount;
        return budget.take(missing).map(part -> {
            if (released) {
                part.release();
            } else {
                parts.add(part);
                amount += missing;
            }
            return null;
        });
    }

    /** Gives back what is more than this. */
    public void shrinkTo(long needed) {
        for (int last = parts.size() - 1; last >= 0 && amount > needed; last--) {
            Permit part = parts.get(last);
            long keep = Math.max(0, part.amount() - (amount - needed));
            amount -= part.amount() - keep;
            part.shrinkTo(keep);
        }
    }

    /** Gives everything back, and from now on holds nothing. */
    public void release() {
        released = true;
        shrinkTo(0);
        parts.clear();
    }
}
