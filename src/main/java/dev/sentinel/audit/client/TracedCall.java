package dev.sentinel.audit.client;

import org.jspecify.annotations.Nullable;

/** An agent's action with a result. */
@FunctionalInterface
public interface TracedCall<T extends @Nullable Object, E extends Exception> {
    T call() throws E;
}
