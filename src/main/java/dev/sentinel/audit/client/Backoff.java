package dev.sentinel.audit.client;

import java.time.Duration;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before a retry: at random between nothing and a bound that doubles with each attempt, so that
 * clients which have lost a server together do not come back together ("full jitter").
 *
 * @param first the bound of the first retry
 * @param longest the bound of all
 * @param random numbers from 0 to 1
 */
record Backoff(Duration first, Duration longest, DoubleSupplier random) {
    private static final int MAX_DOUBLINGS = 30;

    /** @param failures how many attempts have failed, at least 1 */
    Duration pause(int failures, @Nullable Duration retryAfter) {
        double bound = Math.min(
                (double) longest.toNanos(), first.toNanos() * Math.pow(2, Math.min(failures - 1, MAX_DOUBLINGS)));
        Duration jittered = Duration.ofNanos((long) (bound * random.getAsDouble()));
        return retryAfter != null && retryAfter.compareTo(jittered) > 0 ? retryAfter : jittered;
    }
}
