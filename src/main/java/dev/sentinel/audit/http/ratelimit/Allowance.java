package dev.sentinel.audit.http.ratelimit;

import dev.sentinel.audit.keys.RateLimit;
import io.github.bucket4j.Bucket;
import java.time.Duration;

/** What one client may still send at the moment. Any thread. */
public final class Allowance {
    private final RateLimit limit;
    private final Bucket bucket;

    Allowance(RateLimit limit, Bucket bucket) {
        this.limit = limit;
        this.bucket = bucket;
    }

    public RateLimit limit() {
        return limit;
    }

    /** Whether not even one event is left, so that the request need not be read. */
    public boolean isExhausted() {
        return bucket.getAvailableTokens() < 1;
    }

    /** Takes this many events and returns true, or takes nothing and returns false. */
    public boolean take(int events) {
        return events == 0 || bucket.tryConsume(events);
    }

    /**
     * Takes what refused work costs, even if it is more than is left: the client is then in debt. The debt is at most
     * one period's events, so that a mistake does not lock a client out for long.
     */
    public void charge(long events) {
        long cost = Math.min(events, limit.events());
        if (cost > 0) {
            bucket.consumeIgnoringRateLimits(cost);
        }
    }

    /** The time until this many events are available, or until the bucket is full if they never will be. */
    public Duration untilAvailable(int events) {
        return Duration.ofNanos(bucket.estimateAbilityToConsume(Math.min(events, limit.events()))
                .getNanosToWaitForRefill());
    }

    /** The value of the field RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-10). */
    public String policyField() {
        return "\"events\";q=" + limit.events() + ";w=" + limit.per().toSeconds();
    }

    /** The value of the field RateLimit: the events left, and the time until the bucket is full. */
    public String field() {
        long left = Math.max(0, bucket.getAvailableTokens());
        return "\"events\";r=" + left + ";t=" + ceilSeconds(untilAvailable(limit.events()));
    }

    /** Whole seconds for Retry-After, rounded up. */
    public static long ceilSeconds(Duration duration) {
        return duration.plusMillis(999).toSeconds();
    }
}
