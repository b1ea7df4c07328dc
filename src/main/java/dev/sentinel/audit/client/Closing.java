package dev.sentinel.audit.client;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** That the client closes, and until when it may take. Any thread. */
final class Closing {
    private final CountDownLatch begun = new CountDownLatch(1);
    private volatile long deadline;

    /** From now on there is so much time; only the first call counts. */
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

    /** What is left once it has begun; not negative. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }

    /** Waits, but not longer than until closing begins; returns whether it has. */
    boolean pause(Duration time) throws InterruptedException {
        return begun.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }
}
