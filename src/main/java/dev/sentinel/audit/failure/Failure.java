package dev.sentinel.audit.failure;

import org.jspecify.annotations.Nullable;

/** An expected reason for not doing what was asked. The type says what the caller can do about it. */
public abstract sealed class Failure extends RuntimeException permits Overloaded, Unavailable, ClientGone, Unusable {

    /**
     * Creates a failure.
     *
     * @param message one line without secrets
     * @param withStack true only for rare failures, because recording a stack trace is expensive
     */
    Failure(String message, @Nullable Throwable cause, boolean withStack) {
        super(message, cause, false, withStack);
    }
}
