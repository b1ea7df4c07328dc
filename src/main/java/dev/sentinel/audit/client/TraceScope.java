package dev.sentinel.audit.client;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Part of a thread's work that belongs to one trace, from {@link AuditClient#trace} to {@link #close}: events recorded
 * in it need not name their trace. Scopes nest; each is closed on its own thread, the innermost first, as
 * try-with-resources does. What is handed to another thread takes its scope along with {@link #wrap}.
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

    /** The trace that events in this scope belong to. */
    public String traceId() {
        return traceId;
    }

    /** Who acts in this scope; null if it is whom the client speaks for. */
    public @Nullable String agentInstanceId() {
        return agentInstanceId;
    }

    /** The same work, in a scope of this trace on whichever thread runs it. */
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

    /** The same for work with a result. */
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

    /** Ends it; the scope around it is the current one again. */
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
