package dev.sentinel.audit.failure;

import org.jspecify.annotations.Nullable;

/**
 * It is unknown whether the operation took effect: a full disk, an I/O error, a lost connection, a shutdown. Retry
 * later; appends are idempotent. HTTP 503 with {@code Retry-After: 5}.
 */
public final class Unavailable extends Failure {
    /** @param message what is unavailable */
    public Unavailable(String message) {
        this(message, null);
    }

    /**
     * Keeps the cause, whose stack trace shows where the operation failed.
     *
     * @param message what is unavailable
     */
    public Unavailable(String message, @Nullable Throwable cause) {
        super(message, cause, false);
    }
}
