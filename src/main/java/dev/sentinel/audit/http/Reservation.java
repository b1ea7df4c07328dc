package dev.sentinel.audit.http;

import dev.sentinel.audit.budget.Budget;
import dev.sentinel.audit.budget.Permit;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** What one request holds of a budget; it may grow. One context, as that of the request. */
final class Reservation {
    private final Budget budget;
    private final List<Permit> parts = new ArrayList<>();
    private long bytes;
    private boolean released;

    /** Holds nothing yet. */
    Reservation(Budget budget) {
        this.budget = budget;
    }

    long bytes() {
        return bytes;
    }

    /** Takes what is missing to so much, perhaps after waiting; fails as the budget does, and then holds what it held. */
    Future<Void> growTo(long wanted) {
        if (wanted <= bytes) {
            return Future.succeededFuture();
        }
        long missing = wanted - bytes;
        return budget.take(missing).map(part -> {
            if (released) {
                part.release();
            } else {
                parts.add(part);
                bytes += missing;
            }
            return null;
        });
    }

    /** Gives everything back. */
    void release() {
        released = true;
        parts.forEach(Permit::release);
        parts.clear();
    }
}
