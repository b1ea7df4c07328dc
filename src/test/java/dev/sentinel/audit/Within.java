package dev.sentinel.audit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits until another thread or process has done something, and fails if it does not in this time. Looks again and
 * again: what is waited for need not tell.
 *
 * @param time far more than it takes, or a promise that the test is about
 */
public record Within(Duration time) {
    /** Others need the processor. */
    private static final long PAUSE_NANOS = 10_000_000;

    /** What is waited for. It may fail as a test does. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws Exception;
    }

    /** For this many seconds at most. */
    public static Within seconds(int seconds) {
        return new Within(Duration.ofSeconds(seconds));
    }

    /**
     * Waits, or fails.
     *
     * @param what begins the message of the failure
     */
    public void until(String what, Condition condition) {
        long deadline = System.nanoTime() + time.toNanos();
        while (!holds(what, condition)) {
            if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
                throw new AssertionError(what + ": not within " + time.toSeconds() + " s");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static boolean holds(String what, Condition condition) {
        try {
            return condition.holds();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(what + ": cannot be seen", e);
        }
    }
}
