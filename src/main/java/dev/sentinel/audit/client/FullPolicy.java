package dev.sentinel.audit.client;

import java.time.Duration;

/** What {@link AuditClient#record} does with an event for which there is no room. */
public final class FullPolicy {
    private static final FullPolicy DROP_NEWEST = new FullPolicy(Duration.ZERO);

    private final Duration timeout;

    private FullPolicy(Duration timeout) {
        this.timeout = timeout;
    }

    /** Drops it, at once, and counts it. The agent never waits. */
    public static FullPolicy dropNewest() {
        return DROP_NEWEST;
    }

    /** Waits for room, and drops it if there is none by then; also if the waiting thread is interrupted. */
    public static FullPolicy block(Duration atMost) {
        return new FullPolicy(atMost);
    }

    Duration timeout() {
        return timeout;
    }
}
