package dev.sentinel.audit.failure;

/** Not accepted, and nothing was stored: a bound is used up. Retry soon. HTTP 503 with {@code Retry-After: 1}. */
public final class Overloaded extends Failure {
    /** @param message names the bound that is used up */
    public Overloaded(String message) {
        super(message, null, false);
    }
}
