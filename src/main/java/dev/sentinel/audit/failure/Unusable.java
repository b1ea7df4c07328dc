package dev.sentinel.audit.failure;

import org.jspecify.annotations.Nullable;

/**
 * A file, a database or a server is not what it should be, and a person must look. Only while starting and in commands;
 * it keeps its stack.
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
