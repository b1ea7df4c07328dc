package dev.sentinel.audit.client;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.EventStatus;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call in progress that will be recorded.
 *
 * @param step what happens within the call
 * @param parent the step in which the call began; null if it is not known
 * @param start the value of {@link System#nanoTime} then
 */
record Traced(
        String resource,
        ActionType type,
        Steps.Step step,
        @Nullable String parent,
        Instant begin,
        long start) {
    private static final int MAX_ERROR = 500;

    /** @param cause why the call failed; null if it succeeded */
    void describe(EventBuilder event, long now, @Nullable Throwable cause) {
        event.action(type, resource).timestamp(begin).latency(Duration.ofNanos(now - start));
        event.traceId(step.span().traceId()).spanId(step.span().spanId());
        event.parentSpanId = parent;
        if (cause != null) {
            event.status(EventStatus.ERROR)
                    .metadata("error_type", cause.getClass().getName())
                    .metadata("error_message", new Shortened(message(cause), MAX_ERROR));
        }
    }

    private static String message(Throwable cause) {
        try {
            return String.valueOf(cause.getMessage());
        } catch (Throwable unreadable) {
            return "";
        }
    }
}
