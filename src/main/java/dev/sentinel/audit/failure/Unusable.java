package dev.sentinel.audit.failure;

import org.jspecify.annotations.Nullable;

/**
 * A file, a database or a server is in a state that a person must correct. Thrown only at start and by commands; it has
 * a stack trace.
 */
public final class Unusable extends Failure {
    /** @param message one line for the operator: what is wrong with what, and what to do */
    public Unusable(String message) {
        this(message, null);
    }

    /** @param message one line for the operator: what is wrong with what, and what to do */
    public Unusable(String message, @Nullable Throwable cause) {
        super(message, cause, true);
    }
}
