package dev.sentinel.audit.http.inflight;

import io.vertx.core.Context;
import io.vertx.core.Promise;

/**
 * A request that waits for its permit to grow. Decided exactly once, under the budget's lock: granted or refused.
 *
 * @param amount what is missing
 */
record Waiter(Owner owner, Permit permit, long amount, Context context, Promise<Void> decision) {
    // Identity: two waiters with equal values are still two requests.
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
