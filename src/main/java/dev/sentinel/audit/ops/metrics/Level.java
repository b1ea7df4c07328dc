package dev.sentinel.audit.ops.metrics;

import java.util.function.LongSupplier;

/**
 * The fill level of a bounded resource.
 *
 * @param used the amount in use; called on any thread, must neither block nor throw
 * @param limit the capacity, greater than 0
 */
public record Level(LongSupplier used, long limit) {
    public Level {
        if (limit <= 0) {
            throw new IllegalArgumentException("limit " + limit + " is not positive");
        }
    }
}
