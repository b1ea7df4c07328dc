package dev.sentinel.audit.client;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Limits how often something is logged, and counts the suppressed occurrences. Any thread. */
final class Throttle {
    private final long quietNanos;
    private final AtomicLong next = new AtomicLong(System.nanoTime());
    private final LongAdder suppressed = new LongAdder();

    Throttle(Duration quiet) {
        this.quietNanos = quiet.toNanos();
    }

    /** Adds to the count. Returns the count since the last log line if a new one is due, else 0. */
    long pass(long count) {
        suppressed.add(count);
        long now = System.nanoTime();
        long due = next.get();
        return now - due >= 0 && next.compareAndSet(due, now + quietNanos) ? suppressed.sumThenReset() : 0;
    }
}
