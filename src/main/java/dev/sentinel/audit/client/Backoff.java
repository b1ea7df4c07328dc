package dev.sentinel.audit.client;

import java.time.Duration;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The time to wait before a retry: random between zero and a bound that doubles with each attempt ("full jitter").
 * Clients that lose their server at the same time do not all return at the same time.
 *
 * @param first the bound for the first retry
 * @param longest the bound for all retries
 * @param random returns numbers from 0 to 1
 */
record Backoff(Duration first, Duration longest, DoubleSupplier random) {
    private static final int MAX_DOUBLINGS = 30;

    /** @param failures the number of failed attempts, at least 1 */
    Duration pause(int failures, @Nullable Duration retryAfter) {
        double bound = Math.min(
                (double) longest.toNanos(), first.toNanos() * Math.pow(2, Math.min(failures - 1, MAX_DOUBLINGS)));
        Duration jittered = Duration.ofNanos((long) (bound * random.getAsDouble()));
        return retryAfter != null && retryAfter.compareTo(jittered) > 0 ? retryAfter : jittered;
    }
}
