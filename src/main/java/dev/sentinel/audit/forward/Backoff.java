package dev.sentinel.audit.forward;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * The pauses between attempts: of random length (full jitter), with a bound that doubles. So the servers that wait for
 * one receiver do not come back all at once. Not thread-safe.
 */
final class Backoff {
    /** The receiver may be wrong, or somebody else's. */
    static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);

    private final Duration first;
    private final Duration max;
    private final DoubleSupplier random;
    private int failures;

    /** @param random from 0 to 1 */
    Backoff(Duration first, Duration max, DoubleSupplier random) {
        this.first = first;
        this.max = max;
        this.random = random;
    }

    /** After a success, the next pause is short again. */
    void reset() {
        failures = 0;
    }

    /** The next pause, at least a millisecond, and at least what the receiver asks for, up to an hour. */
    Duration next(Duration retryAfter) {
        // 2^30 seconds are beyond any bound.
        long bound = Math.min(max.toMillis(), first.toMillis() << Math.min(failures, 30));
        failures++;
        long asked = Math.min(retryAfter.toMillis(), MAX_RETRY_AFTER.toMillis());
        return Duration.ofMillis(Math.max(asked, 1 + (long) (bound * random.getAsDouble())));
    }
}
