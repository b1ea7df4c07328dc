package dev.sentinel.audit.client;

/**
 * What a client has done so far. When nothing moves, {@code recorded + recovered = sent + rejected + dropped +
 * waiting}.
 *
 * @param recorded events that the agent has given
 * @param recovered events that earlier processes have left in the spill directory, taken over by this one
 * @param sent events that the server has acknowledged
 * @param duplicates those of them that it had before
 * @param rejected events refused for good, each reported once
 * @param dropped events lost: no room, no time before the end, or damaged on the disk
 * @param retried requests that repeated one that had failed
 * @param spilled events that were written to the spill directory
 * @param waiting events that are kept and not decided on
 * @param waitingBytes the room that they take, in memory or on the disk
 */
public record ClientStats(
        long recorded,
        long recovered,
        long sent,
        long duplicates,
        long rejected,
        long dropped,
        long retried,
        long spilled,
        long waiting,
        long waitingBytes) {

    /** For a log. */
    String line() {
        return "recorded=" + recorded + " recovered=" + recovered + " sent=" + sent + " duplicates=" + duplicates
                + " rejected=" + rejected + " dropped=" + dropped + " retried=" + retried + " spilled=" + spilled
                + " waiting=" + waiting;
    }
}
