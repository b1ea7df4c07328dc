package dev.sentinel.audit.store.migrate;

/** The result of a verification. */
public sealed interface Verdict {

    /**
     * Both sides hold the same events.
     *
     * @param events number of events of the source that are in the target
     * @param agents number of agents, whose totals are equal on both sides; -1 if they cannot be compared because the
     *     target holds other events too
     * @param digest SHA-256 over the events of either side, in hexadecimal digits
     */
    record Verified(long events, long agents, String digest) implements Verdict {}

    /**
     * The sides differ.
     *
     * @param what one line with the first difference
     */
    record Mismatch(String what) implements Verdict {}
}
