package dev.sentinel.audit.client;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Lets something be said once in a while, with how often it has happened since. Any thread. */
final class Throttle {
    private final long quietNanos;
    private final AtomicLong next = new AtomicLong(System.nanoTime());
    private final LongAdder unsaid = new LongAdder();

    Throttle(Duration quiet) {
        this.quietNanos = quiet.toNanos();
    }

    /** Counts, and returns the count since the last time if it is time to say it, else 0. */
    long pass(long count) {
        unsaid.add(count);
        long now = System.nanoTime();
        long due = next.get();
        return now - due >= 0 && next.compareAndSet(due, now + quietNanos) ? unsaid.sumThenReset() : 0;
    }
}
