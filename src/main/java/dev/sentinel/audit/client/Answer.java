package dev.sentinel.audit.client;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an answer means for the events of a request. */
sealed interface Answer {
    /** The server has decided on each event: those that are not rejected are stored. */
    record Decided(int duplicates, List<Rejected> rejected) implements Answer {}

    /** One event that it does not take, by its position in the request. */
    record Rejected(int index, int status, String detail) {}

    /**
     * The request was refused and would be again.
     *
     * @param divisible whether it holds several events, and parts of it might be taken
     */
    record Refused(int status, String detail, boolean divisible) implements Answer {}

    /**
     * Nothing is decided.
     *
     * @param status 0 if there was no answer
     * @param defect whether the server itself has failed, which one of the events may have provoked
     * @param retryAfter the least time to wait, if the server has said one
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
