package dev.sentinel.audit.http.ratelimit;

import io.github.bucket4j.Bucket;
import io.vertx.core.Future;
import java.time.Duration;

/** Counts what a client uses of this server. Any thread. */
final class LocalMeter implements Meter {
    private final Bucket bucket;

    /** @param amount units that a client may use each period, and at most at once */
    LocalMeter(long amount, Duration per) {
        bucket = Bucket.builder()
                .addLimit(rate -> rate.capacity(amount).refillGreedy(amount, per))
                // Uses the monotonic clock: the wall clock can be set.
                .withNanosecondPrecision()
                .build();
    }

    @Override
    public boolean isExhausted() {
        return bucket.getAvailableTokens() < 1;
    }

    @Override
    public Future<Boolean> take(long amount) {
        return Future.succeededFuture(bucket.tryConsume(amount));
    }

    @Override
    public void charge(long amount) {
        bucket.consumeIgnoringRateLimits(amount);
    }

    @Override
    public long left() {
        return Math.max(0, bucket.getAvailableTokens());
    }

    @Override
    public Duration untilAvailable(long amount) {
        return Duration.ofNanos(bucket.estimateAbilityToConsume(amount).getNanosToWaitForRefill());
    }
}
