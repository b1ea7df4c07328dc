package dev.sentinel.audit.forward;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * One delivery that was tried, for people.
 *
 * @param at when it ended
 * @param from the first position
 * @param next the position after the last one
 * @param events that were sent
 * @param bytes of their JSON
 * @param status what the other side said, or why it did not say anything
 */
record Attempt(
        Instant at, long from, long next, int events, long bytes, Outcome outcome, String status, Duration took) {

    /** What became of it. */
    enum Outcome {
        OK,
        TRANSIENT,
        REFUSED,
        DENIED
    }

    /** The name in the API and in metrics. */
    static String name(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }
}
