package dev.sentinel.audit.client;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The part of a thread's work, from {@link AuditClient#trace} to {@link #close}, whose events belong to one trace by
 * default. Scopes nest. Close each on its own thread, innermost first, as try-with-resources does. Use {@link #wrap} to
 * pass a scope to another thread.
 */
public final class TraceScope implements AutoCloseable {
    private final ThreadLocal<@Nullable TraceScope> current;
    private final @Nullable TraceScope outer;
    private final String traceId;
    private final @Nullable String agentInstanceId;

    private TraceScope(
            ThreadLocal<@Nullable TraceScope> current,
            @Nullable TraceScope outer,
            String traceId,
            @Nullable String agentInstanceId) {
        this.current = current;
        this.outer = outer;
        this.traceId = traceId;
        this.agentInstanceId = agentInstanceId;
    }

    /** Begins a scope on this thread. */
    static TraceScope open(
            ThreadLocal<@Nullable TraceScope> current, String traceId, @Nullable String agentInstanceId) {
        TraceScope scope = new TraceScope(current, current.get(), traceId, agentInstanceId);
        current.set(scope);
        return scope;
    }

    /** The trace of events in this scope. */
    public String traceId() {
        return traceId;
    }

    /** The agent of events in this scope; null for the client's agent. */
    public @Nullable String agentInstanceId() {
        return agentInstanceId;
    }

    /** Wraps work so that it runs in a scope with this trace and agent, on any thread. */
    public Runnable wrap(Runnable work) {
        return () -> {
            TraceScope here = open(current, traceId, agentInstanceId);
            try {
                work.run();
            } finally {
                here.close();
            }
        };
    }

    /** Wraps work with a result; see above. */
    public <T> Callable<T> wrap(Callable<T> work) {
        return () -> {
            TraceScope here = open(current, traceId, agentInstanceId);
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
    }
}
