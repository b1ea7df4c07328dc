package dev.sentinel.audit.aws;

import dev.sentinel.audit.forward.DeliveryException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Paces the tries of one delivery, of which the service takes a part each time. Those that it does not take are tried
 * again soon, for a capacity of one second is free again in the next one; and not for longer than the engine waits. One
 * thread.
 */
final class Tries {
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(3);

    /** With the longest call after it, shorter than the engine waits for a delivery. */
    private static final Duration ALL = Duration.ofSeconds(60);

    /** How long a delivery goes on although a part of it could be reported: what a crash repeats. */
    private static final Duration PART = Duration.ofSeconds(1);

    /** If the report of a part would waste something. */
    private static final Duration COSTLY_PART = Duration.ofSeconds(10);

    private final AwsClient<?> client;
    private final long began = System.nanoTime();
    private Duration bound = FIRST;

    Tries(AwsClient<?> client) {
        this.client = client;
    }

    /**
     * Whether it is time to report the part that has been taken.
     *
     * @param costly whether more has been taken, which would come again
     */
    boolean isPartDue(boolean costly) {
        return client.isClosed() || System.nanoTime() - began > (costly ? COSTLY_PART : PART).toNanos();
    }

    /** The service has taken everything that it was sent, so it is worth trying soon when it does not. */
    void accepted() {
        bound = FIRST.dividedBy(2);
    }

    /**
     * Waits before the next try.
     *
     * @param progressed whether the service has taken anything
     * @param left how many it has not taken
     * @param why in the words of the service
     * @throws DeliveryException if there was time enough, or if the destination is closed; it is worth trying later
     */
    void pause(boolean progressed, int left, String why) throws DeliveryException, InterruptedException {
        if (System.nanoTime() - began > ALL.toNanos()) {
            throw DeliveryException.away(left + " are not taken yet after " + ALL.toSeconds() + " s: " + why);
        }
        bound = progressed ? FIRST : min(bound.multipliedBy(2), LONGEST);
        // Several destinations or servers that are refused together should not come again together.
        client.pause(Duration.ofMillis(ThreadLocalRandom.current().nextLong(bound.toMillis() / 2, bound.toMillis())));
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
