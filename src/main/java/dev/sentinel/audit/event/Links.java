package dev.sentinel.audit.event;

import org.jspecify.annotations.Nullable;

/**
 * What connects an event with others, as far as the client said it. Immutable.
 *
 * @param spanId the step of the trace that the event is, 1 to 64 characters of letters, digits and {@code ._:-}
 * @param parentSpanId the step in which it happened, like {@code spanId}; there need not be an event for it
 * @param sessionId one conversation or run over several traces, 1 to 255 characters; may be personal
 * @param onBehalfOf the person or service that the agent acts for, 1 to 255 characters; may be personal
 */
public record Links(
        @Nullable String spanId,
        @Nullable String parentSpanId,
        @Nullable String sessionId,
        @Nullable String onBehalfOf) {

    /** Connects with nothing, as most events do. */
    public static final Links NONE = new Links(null, null, null, null);

    /** Whether there is something that a {@link Leaf} hides behind a commitment. */
    boolean mayBePersonal() {
        return sessionId != null || onBehalfOf != null;
    }

    /** Characters of all of them. */
    int length() {
        return length(spanId) + length(parentSpanId) + length(sessionId) + length(onBehalfOf);
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }
}
