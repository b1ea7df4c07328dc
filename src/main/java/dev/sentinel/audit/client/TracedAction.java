package dev.sentinel.audit.client;

/** An agent's action without a result. */
@FunctionalInterface
public interface TracedAction<E extends Exception> {
    void run() throws E;
}
