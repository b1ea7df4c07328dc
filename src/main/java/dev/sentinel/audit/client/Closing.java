package dev.sentinel.audit.client;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Whether the client is closing, and its deadline. Any thread. */
final class Closing {
    private final CountDownLatch begun = new CountDownLatch(1);
    private volatile long deadline;

    /** Starts closing, with a deadline after this time. Returns false if closing has begun before. */
    synchronized boolean begin(Duration time) {
        if (hasBegun()) {
            return false;
        }
        deadline = System.nanoTime() + time.toNanos();
        begun.countDown();
        return true;
    }

    boolean hasBegun() {
        return begun.getCount() == 0;
    }

    /** The time until the deadline, once closing has begun; not negative. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }

    /** Waits for this time, or until closing begins. Returns whether closing has begun. */
    boolean pause(Duration time) throws InterruptedException {
        return begun.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }
}
