package dev.sentinel.audit.client;

import java.time.Duration;

/** What {@link AuditClient#record} does when the buffer is full. */
public final class FullPolicy {
    private static final FullPolicy DROP_NEWEST = new FullPolicy(Duration.ZERO);

    private final Duration timeout;

    private FullPolicy(Duration timeout) {
        this.timeout = timeout;
    }

    /** Drops the event at once and counts it. The agent never waits. */
    public static FullPolicy dropNewest() {
        return DROP_NEWEST;
    }

    /** Waits for space, and drops the event if the time passes or the thread is interrupted. */
    public static FullPolicy block(Duration atMost) {
        return new FullPolicy(atMost);
    }

    Duration timeout() {
        return timeout;
    }
}
