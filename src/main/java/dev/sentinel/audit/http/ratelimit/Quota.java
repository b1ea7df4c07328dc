package dev.sentinel.audit.http.ratelimit;

import io.github.bucket4j.Bucket;
import java.time.Duration;

/** The bytes that one client may still send today. Any thread. */
public final class Quota {
    private final long bytesPerDay;
    private final Bucket bucket;

    Quota(long bytesPerDay, Bucket bucket) {
        this.bytesPerDay = bytesPerDay;
        this.bucket = bucket;
    }

    public long bytesPerDay() {
        return bytesPerDay;
    }

    /** Whether nothing is left, so that a request need not be read. */
    public boolean isExhausted() {
        return bucket.getAvailableTokens() < 1;
    }

    /** Takes this many bytes and returns true, or takes nothing and returns false. */
    public boolean take(long bytes) {
        return bytes == 0 || bucket.tryConsume(bytes);
    }

    /** Takes what cannot be refused any more, even if it is more than is left; at most a day's bytes. */
    public void charge(long bytes) {
        long cost = Math.min(bytes, bytesPerDay);
        if (cost > 0) {
            bucket.consumeIgnoringRateLimits(cost);
        }
    }

    /** The time until this many bytes are available, at most {@link #bytesPerDay}. */
    public Duration untilAvailable(long bytes) {
        return Duration.ofNanos(bucket.estimateAbilityToConsume(Math.max(1, Math.min(bytes, bytesPerDay)))
                .getNanosToWaitForRefill());
    }
}
