package dev.sentinel.audit.client;

import java.time.Duration;

/**
 * Hears what becomes of events. Called on the threads of the client, and {@link #dropped} and {@link #rejected} on that
 * of the agent too; what a method throws is logged and goes no further. It must not wait: sending does, meanwhile.
 */
public interface AuditListener {
    /**
     * The server has these events.
     *
     * @param duplicates how many of them it had before
     */
    default void sent(int events, int duplicates) {}

    /**
     * A batch could not be delivered and is going to be sent again.
     *
     * @param failures how many attempts have failed
     * @param reason what was wrong with the last one
     * @param pause how long the client waits, unless it is closed before
     */
    default void retrying(int failures, String reason, Duration pause) {}

    /** One event was refused for good, by the server or because it breaks the contract. */
    default void rejected(Rejection rejection) {}

    /** So many events are lost. */
    default void dropped(long events, String reason) {}
}
