package dev.sentinel.audit.http.inflight;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** The part of a budget that one request holds; it may grow and shrink. Confined to the context of the request. */
public final class Reservation {
    private final Budget budget;
    private final List<Permit> parts = new ArrayList<>(2);
    private long amount;
    private boolean released;

    /** Creates an empty reservation. */
    public Reservation(Budget budget) {
        this.budget = budget;
    }

    /** The amount held. */
    public long amount() {
        return amount;
    }

    /**
     * Acquires what is missing to {@code wanted}, perhaps after waiting. Fails like {@link Budget#take}; the amount
     * held is then unchanged.
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

    /** Releases the amount that exceeds {@code needed}. */
    public void shrinkTo(long needed) {
        for (int last = parts.size() - 1; last >= 0 && amount > needed; last--) {
            Permit part = parts.get(last);
            long keep = Math.max(0, part.amount() - (amount - needed));
            amount -= part.amount() - keep;
            part.shrinkTo(keep);
        }
    }

    /** Releases everything, including what is acquired later. */
    public void release() {
        released = true;
        shrinkTo(0);
        parts.clear();
    }
}
