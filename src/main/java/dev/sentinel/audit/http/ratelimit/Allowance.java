package dev.sentinel.audit.http.ratelimit;

import dev.sentinel.audit.keys.RateLimit;
import io.github.bucket4j.Bucket;
import java.time.Duration;

/** What one client may still send, now. Any thread. */
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

    /** Whether not even one event is left; its request need not be read. */
    public boolean isUsedUp() {
        return bucket.getAvailableTokens() < 1;
    }

    /** Takes so many events, or nothing; whether it did. */
    public boolean take(int events) {
        return bucket.tryConsume(events);
    }

    /** How long until there are so many; if that is more than there can ever be, until there are all. */
    public Duration untilAvailable(int events) {
        return Duration.ofNanos(bucket.estimateAbilityToConsume(Math.min(events, limit.events()))
                .getNanosToWaitForRefill());
    }

    /** The field RateLimit-Policy of draft-ietf-httpapi-ratelimit-headers-10. */
    public String policyField() {
        return "\"events\";q=" + limit.events() + ";w=" + limit.per().toSeconds();
    }

    /** The field RateLimit: how many are left, and when there will be all. */
    public String field() {
        long left = Math.max(0, bucket.getAvailableTokens());
        return "\"events\";r=" + left + ";t=" + ceilSeconds(untilAvailable(limit.events()));
    }

    /** For Retry-After: whole seconds, never too few. */
    public static long ceilSeconds(Duration duration) {
        return duration.plusMillis(999).toSeconds();
    }
}
