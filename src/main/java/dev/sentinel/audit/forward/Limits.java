package dev.sentinel.audit.forward;

import java.time.Duration;

/**
 * How large the batches of a destination are.
 *
 * @param events at most, from 1 to 1,000
 * @param bytes at most, of the JSON of the events, from 64 KiB to 1 MiB; one larger event goes alone
 * @param linger how long a batch that is not full waits for more
 */
public record Limits(int events, int bytes, Duration linger) {
    public Limits {
        if (events < 1 || events > 1_000 || bytes < 64 << 10 || bytes > 1 << 20 || linger.isNegative()) {
            throw new IllegalArgumentException("batches of " + events + " events, " + bytes + " bytes, " + linger);
        }
    }
}
