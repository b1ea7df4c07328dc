package dev.sentinel.audit.store;

import dev.sentinel.audit.model.EventStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The totals of one trace, or of the part of it that a caller may see.
 *
 * @param sessionId the session of its first event; null if that names none
 * @param agents ids of its agents, in order; only the first ones of very many
 * @param start the smallest effective time of its events
 * @param end the largest effective time of its events, without notes unless there is nothing else
 * @param duration from the start until the first and the last event have ended
 * @param byStatus number of events by status; contains every status
 * @param complete false if the trace is so long that only its first events were counted
 * @param first its first event
 * @param firstProblem the first event with the status error, or if there is none, the first that was denied; null if
 *     there is none either
 */
public record TraceSummary(
        String traceId,
        @Nullable String sessionId,
        List<String> agents,
        Instant start,
        Instant end,
        Duration duration,
        long total,
        Map<EventStatus, Long> byStatus,
        boolean complete,
        TraceStep first,
        @Nullable TraceStep firstProblem) {

    /**
     * The resource of notes, with the actor {@code human} and the action type {@code api_call}. People add them later,
     * so a trace does not last until the last of them.
     */
    public static final String NOTE = "sentinel.note";

    /** The outcomes of a trace in the order in which they decide. */
    private static final List<EventStatus> DECIDING =
            List.of(EventStatus.ERROR, EventStatus.DENIED, EventStatus.PENDING);

    /** The first of error, denied, pending and success that one of its events has. */
    public EventStatus status() {
        return DECIDING.stream()
                .filter(status -> byStatus.getOrDefault(status, 0L) > 0)
                .findFirst()
                .orElse(EventStatus.SUCCESS);
    }

    /** From the start until two events have ended; an unknown latency is none. */
    public static Duration duration(
            Instant start, @Nullable Integer firstLatencyMs, Instant end, @Nullable Integer lastLatencyMs) {
        Instant firstEnded = start.plusMillis(firstLatencyMs == null ? 0 : firstLatencyMs);
        Instant lastEnded = end.plusMillis(lastLatencyMs == null ? 0 : lastLatencyMs);
        return Duration.between(start, firstEnded.isAfter(lastEnded) ? firstEnded : lastEnded);
    }
}
