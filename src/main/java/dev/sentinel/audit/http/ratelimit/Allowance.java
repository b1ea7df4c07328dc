package dev.sentinel.audit.http.ratelimit;

import dev.sentinel.audit.keys.RateLimit;
import io.vertx.core.Future;
import java.time.Duration;

/** What one client may still send at the moment. Any thread. */
public final class Allowance {
    private final RateLimit limit;
    private final Meter meter;

    Allowance(RateLimit limit, Meter meter) {
        this.limit = limit;
        this.meter = meter;
    }

    public RateLimit limit() {
        return limit;
    }

    /** Whether not even one event is left, so that the request need not be read. */
    public boolean isExhausted() {
        return meter.isExhausted();
    }

    /** Takes this many events, all or none, and says whether it did. Never fails. */
    public Future<Boolean> take(int events) {
        return events == 0 ? Future.succeededFuture(true) : meter.take(events);
    }

    /**
     * Takes what refused work costs, even if it is more than is left: the client is then in debt. The debt is at most
     * one period's events, so that a mistake does not lock a client out for long.
     */
    public void charge(long events) {
        long cost = Math.min(events, limit.events());
        if (cost > 0) {
            meter.charge(cost);
        }
    }

    /** The time until this many events are available, or until the bucket is full if they never will be. */
    public Duration untilAvailable(int events) {
        return meter.untilAvailable(Math.min(events, limit.events()));
    }

    /** The value of the field RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-10). */
    public String policyField() {
        return "\"events\";q=" + limit.events() + ";w=" + limit.per().toSeconds();
    }

    /** The value of the field RateLimit: the events left, and the time until the bucket is full. */
    public String field() {
        return "\"events\";r=" + meter.left() + ";t=" + ceilSeconds(untilAvailable(limit.events()));
    }

    /** Whole seconds for Retry-After, rounded up. */
    public static long ceilSeconds(Duration duration) {
        return duration.plusMillis(999).toSeconds();
    }
}
