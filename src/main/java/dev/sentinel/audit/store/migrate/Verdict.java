package dev.sentinel.audit.store.migrate;

/** How a verification has ended. */
public sealed interface Verdict {

    /**
     * Both sides hold the same.
     *
     * @param events of the source that are in the target
     * @param agents whose totals are the same on both sides; -1 if the target holds other events too, and they cannot
     *     be compared
     * @param digest SHA-256 over the events of either side, in hexadecimal digits
     */
    record Verified(long events, long agents, String digest) implements Verdict {}

    /**
     * They do not.
     *
     * @param what one line: where first, and how
     */
    record Mismatch(String what) implements Verdict {}
}
