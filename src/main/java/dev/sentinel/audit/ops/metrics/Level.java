package dev.sentinel.audit.ops.metrics;

import java.util.function.LongSupplier;

/**
 * How full something bounded is.
 *
 * @param used what is in it now; called on any thread, must neither block nor throw
 * @param limit how much it takes, more than 0
 */
public record Level(LongSupplier used, long limit) {
    public Level {
        if (limit <= 0) {
            throw new IllegalArgumentException("limit " + limit + " is not positive");
        }
    }
}
