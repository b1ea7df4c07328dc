package dev.sentinel.audit.client;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an answer means for the events of a request. */
sealed interface Answer {
    /** The server decided on each event: those that are not rejected are stored. */
    record Decided(int duplicates, List<Rejected> rejected) implements Answer {}

    /** A rejected event, by its position in the request. */
    record Rejected(int index, int status, String detail) {}

    /**
     * The request was refused, and would be refused again.
     *
     * @param divisible whether the request has several events, so that smaller requests may succeed
     */
    record Refused(int status, String detail, boolean divisible) implements Answer {}

    /**
     * The server decided nothing, so the request must be retried.
     *
     * @param status the HTTP status; 0 if there was no answer
     * @param defect whether the server itself failed, which one of the events may have caused
     * @param retryAfter the minimum time to wait; null if the server gave none
     */
    record Undecided(
            int status,
            String reason,
            boolean defect,
            @Nullable Duration retryAfter) implements Answer {
        /** There was no answer. */
        static Undecided unanswered(String reason) {
            return new Undecided(0, reason, false, null);
        }
    }
}
