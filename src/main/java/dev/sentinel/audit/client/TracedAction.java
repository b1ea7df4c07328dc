package dev.sentinel.audit.client;

/** An action of an agent that has no result. */
@FunctionalInterface
public interface TracedAction<E extends Exception> {
    /** Does it. */
    void run() throws E;
}
