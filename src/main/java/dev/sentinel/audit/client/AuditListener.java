package dev.sentinel.audit.client;

import java.time.Duration;

/**
 * Receives the outcome of events. Called on the client's threads; {@link #dropped} and {@link #rejected} also on the
 * agent's. Exceptions are logged and otherwise ignored. Methods must not block, because they delay sending.
 */
public interface AuditListener {
    /**
     * The server stored these events.
     *
     * @param duplicates how many of them it had stored before
     */
    default void sent(int events, int duplicates) {}

    /**
     * A batch could not be delivered and will be retried.
     *
     * @param failures the number of failed attempts
     * @param reason why the last attempt failed
     * @param pause the time until the retry, unless the client is closed first
     */
    default void retrying(int failures, String reason, Duration pause) {}

    /** An event was rejected permanently, by the server or because it breaks the contract. */
    default void rejected(Rejection rejection) {}

    /** Events were lost. */
    default void dropped(long events, String reason) {}
}
