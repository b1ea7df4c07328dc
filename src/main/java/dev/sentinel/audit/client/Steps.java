package dev.sentinel.audit.client;

import org.jspecify.annotations.Nullable;

/**
 * The step that a thread is in: the innermost of the actions of one client and the spans of OpenTelemetry. Any thread;
 * each has its own.
 */
final class Steps {
    /** Not static, because each client has its own actions. */
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<@Nullable Step> current = new ThreadLocal<>();

    /**
     * An action in progress.
     *
     * @param around the span of OpenTelemetry in which the action began; null if there was none. While another one is
     *     current, that one is the innermost
     */
    record Step(Span span, @Nullable Span around) {}

    /** The innermost action on this thread; null if there is none. */
    @Nullable
    Step current() {
        return current.get();
    }

    /** Makes an action the innermost one on this thread; null for none. */
    void set(@Nullable Step step) {
        if (step == null) {
            current.remove();
        } else {
            current.set(step);
        }
    }

    /**
     * The step in which an event happens now; null if none of its trace is known.
     *
     * @param spanned the current span of OpenTelemetry
     */
    @Nullable
    String enclosing(String traceId, @Nullable Span spanned) {
        Step step = current.get();
        boolean isWithinAction = step != null && step.span().traceId().equals(traceId);
        boolean isWithinSpan = spanned != null && spanned.traceId().equals(traceId);
        if (isWithinAction && (!isWithinSpan || spanned.equals(step.around()))) {
            return step.span().spanId();
        }
        return isWithinSpan ? spanned.spanId() : null;
    }
}
