package dev.sentinel.audit.client;

/**
 * Counts since the start of a client. When no event is moving, {@code recorded + recovered = sent + rejected + dropped
 * + waiting}.
 *
 * @param recorded events that the agent recorded
 * @param recovered events of earlier processes, taken over from the spill directory
 * @param sent events that the server acknowledged
 * @param duplicates those of them that it had stored before
 * @param rejected events rejected permanently, each reported once
 * @param dropped events lost: the buffer was full, the close timeout passed, or a file was damaged
 * @param retried requests that repeated a failed one
 * @param spilled events written to the spill directory
 * @param waiting buffered events that are not decided yet
 * @param waitingBytes their size in memory or on disk
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

    /** One line for a log. */
    String line() {
        return "recorded=" + recorded + " recovered=" + recovered + " sent=" + sent + " duplicates=" + duplicates
                + " rejected=" + rejected + " dropped=" + dropped + " retried=" + retried + " spilled=" + spilled
                + " waiting=" + waiting;
    }
}
