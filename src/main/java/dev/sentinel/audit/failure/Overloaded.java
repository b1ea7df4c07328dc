package dev.sentinel.audit.failure;

/**
 * The request was not accepted and nothing was stored, because a bound is reached. Retry soon. HTTP 503 with
 * {@code Retry-After: 1}.
 */
public final class Overloaded extends Failure {
    /** @param message names the bound that is reached */
    public Overloaded(String message) {
        super(message, null, false);
    }
}
