package dev.sentinel.audit.http.ratelimit;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Counts what a client uses of all servers. The bucket in Redis decides. This server keeps a copy, which each answer
 * lowers and time fills, as it fills the bucket: it says what is left without asking, and it decides alone while Redis
 * does not answer. So the copy is never full just because Redis has gone, and the worst is that each server grants the
 * limit once. Any thread.
 */
final class SharedMeter implements Meter {
    /**
     * A bucket at a time.
     *
     * @param left units; less than 0 is debt
     */
    private record Level(double left, long atNanos) {}

    private final SharedBuckets buckets;
    private final String key;
    private final long amount;
    private final Duration per;
    private final LongSupplier nanoTime;
    private final AtomicReference<Level> copy;

    /**
     * @param key names the bucket
     * @param amount units that a client may use each period, and at most at once
     * @param nanoTime as {@link System#nanoTime}
     */
    SharedMeter(SharedBuckets buckets, String key, long amount, Duration per, LongSupplier nanoTime) {
        this.buckets = buckets;
        this.key = key;
        this.amount = amount;
        this.per = per;
        this.nanoTime = nanoTime;
        this.copy = new AtomicReference<>(new Level(amount, nanoTime.getAsLong()));
    }

    @Override
    public boolean isExhausted() {
        return now() < 1;
    }

    @Override
    public Future<Boolean> take(long wanted) {
        return ask(wanted, false).recover(away -> Future.succeededFuture(takeOfCopy(wanted, false)));
    }

    @Override
    public void charge(long owed) {
        ask(owed, true).onFailure(away -> takeOfCopy(owed, true));
    }

    private Future<Boolean> ask(long wanted, boolean always) {
        return buckets.take(key, amount, per, wanted, always).map(answer -> {
            // Answers to several event loops may pass each other: the smallest is the newest.
            copy.updateAndGet(before -> new Level(Math.min(at(before), answer.left()), nanoTime.getAsLong()));
            return answer.granted();
        });
    }

    private boolean takeOfCopy(long wanted, boolean always) {
        while (true) {
            Level before = copy.get();
            double left = at(before);
            if (left < wanted && !always) {
                return false;
            }
            if (copy.compareAndSet(
                    before, new Level(Math.max((double) -amount, left - wanted), nanoTime.getAsLong()))) {
                return true;
            }
        }
    }

    private double now() {
        return at(copy.get());
    }

    private double at(Level level) {
        long elapsed = Math.max(0, nanoTime.getAsLong() - level.atNanos);
        return Math.min((double) amount, level.left + (double) elapsed * amount / per.toNanos());
    }

    @Override
    public long left() {
        return Math.max(0, (long) now());
    }

    @Override
    public Duration untilAvailable(long wanted) {
        double missing = Math.max(0, wanted - now());
        return Duration.ofNanos((long) Math.ceil(missing * per.toNanos() / amount));
    }
}
