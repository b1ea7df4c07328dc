package dev.sentinel.audit.client;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The part of a thread's work, from {@link AuditClient#trace} to {@link #close}, whose events belong to one trace by
 * default. Scopes nest: an inner one has the agent, the session and {@code onBehalfOf} of the outer one unless it names
 * others. Close each on its own thread, innermost first, as try-with-resources does. Use {@link #wrap} to pass a scope
 * to another thread.
 */
public final class TraceScope implements AutoCloseable {
    private final ThreadLocal<@Nullable TraceScope> current;
    private final Steps steps;
    private final @Nullable TraceScope outer;
    private final Steps.@Nullable Step outerStep;
    private final Steps.@Nullable Step step;
    private final String traceId;
    private final @Nullable String agentInstanceId;
    private @Nullable String sessionId;
    private @Nullable String onBehalfOf;

    private TraceScope(
            ThreadLocal<@Nullable TraceScope> current,
            Steps steps,
            String traceId,
            @Nullable String agentInstanceId,
            Steps.@Nullable Step step) {
        this.current = current;
        this.steps = steps;
        this.outer = current.get();
        this.outerStep = steps.current();
        this.step = step == null ? outerStep : step;
        this.traceId = traceId;
        this.agentInstanceId = agentInstanceId;
        this.sessionId = outer == null ? null : outer.sessionId;
        this.onBehalfOf = outer == null ? null : outer.onBehalfOf;
    }

    /**
     * Begins a scope on this thread.
     *
     * @param step the step that the scope is in; null for that of the thread
     */
    static TraceScope open(
            ThreadLocal<@Nullable TraceScope> current,
            Steps steps,
            String traceId,
            @Nullable String agentInstanceId,
            Steps.@Nullable Step step) {
        TraceScope scope = new TraceScope(current, steps, traceId, agentInstanceId, step);
        current.set(scope);
        steps.set(scope.step);
        return scope;
    }

    /** Sets the session of events in this scope, 1 to 255 characters; null for that of the client. */
    public TraceScope sessionId(@Nullable String id) {
        this.sessionId = id;
        return this;
    }

    /**
     * Sets the person or service that the agent acts for in this scope, 1 to 255 characters; null for that of the
     * client.
     */
    public TraceScope onBehalfOf(@Nullable String whom) {
        this.onBehalfOf = whom;
        return this;
    }

    /** The trace of events in this scope. */
    public String traceId() {
        return traceId;
    }

    /** The agent of events in this scope; null for the client's agent. */
    public @Nullable String agentInstanceId() {
        return agentInstanceId;
    }

    /** The session of events in this scope; null for the client's session. */
    public @Nullable String sessionId() {
        return sessionId;
    }

    /** The person or service that the agent acts for in this scope; null for the client's. */
    public @Nullable String onBehalfOf() {
        return onBehalfOf;
    }

    /**
     * Wraps work so that it runs in a scope like this one, on any thread. Its events happen within the call of
     * {@link AuditClient#traced} that this thread is in now.
     */
    public Runnable wrap(Runnable work) {
        Opening opening = new Opening();
        return () -> {
            TraceScope here = opening.open();
            try {
                work.run();
            } finally {
                here.close();
            }
        };
    }

    /** Wraps work with a result; see above. */
    public <T> Callable<T> wrap(Callable<T> work) {
        Opening opening = new Opening();
        return () -> {
            TraceScope here = opening.open();
            try {
                return work.call();
            } finally {
                here.close();
            }
        };
    }

    /** Ends the scope. The enclosing scope becomes current again. */
    @Override
    public void close() {
        if (current.get() != this) {
            return;
        }
        if (outer == null) {
            current.remove();
        } else {
            current.set(outer);
        }
        if (Objects.equals(steps.current(), step)) {
            steps.set(outerStep);
        }
    }

    /** Opens scopes like this one as it is now, on other threads. */
    private final class Opening {
        private final @Nullable String session = sessionId;
        private final @Nullable String whom = onBehalfOf;
        private final Steps.@Nullable Step within = steps.current() == null ? step : steps.current();

        TraceScope open() {
            return TraceScope.open(current, steps, traceId, agentInstanceId, within)
                    .sessionId(session)
                    .onBehalfOf(whom);
        }
    }
}
