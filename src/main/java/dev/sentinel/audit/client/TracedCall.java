package dev.sentinel.audit.client;

import org.jspecify.annotations.Nullable;

/** An action of an agent that has a result. */
@FunctionalInterface
public interface TracedCall<T extends @Nullable Object, E extends Exception> {
    /** Does it. */
    T call() throws E;
}
