package dev.sentinel.audit.client;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * Reads the current OpenTelemetry span, if the API ({@code io.opentelemetry.api.trace.Span}) is on the class path. It
 * is looked up by name, so that it is no dependency. Any thread.
 */
final class OpenTelemetry {
    private static final String PACKAGE = "io.opentelemetry.api.trace.";

    private final @Nullable MethodHandle current;
    private final @Nullable MethodHandle isValid;
    private final @Nullable MethodHandle traceId;
    private final @Nullable MethodHandle spanId;

    private OpenTelemetry(
            @Nullable MethodHandle current,
            @Nullable MethodHandle isValid,
            @Nullable MethodHandle traceId,
            @Nullable MethodHandle spanId) {
        this.current = current;
        this.isValid = isValid;
        this.traceId = traceId;
        this.spanId = spanId;
    }

    /** Looks up the API with the class loader of the agent's code. */
    static OpenTelemetry find() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        ClassLoader loader = context == null ? OpenTelemetry.class.getClassLoader() : context;
        try {
            Class<?> span = Class.forName(PACKAGE + "Span", true, loader);
            Class<?> spanContext = Class.forName(PACKAGE + "SpanContext", true, loader);
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            MethodHandle contextOf = lookup.findVirtual(span, "getSpanContext", MethodType.methodType(spanContext));
            MethodHandle now = lookup.findStatic(span, "current", MethodType.methodType(span));
            return new OpenTelemetry(
                    MethodHandles.filterReturnValue(now, contextOf).asType(MethodType.methodType(Object.class)),
                    lookup.findVirtual(spanContext, "isValid", MethodType.methodType(boolean.class))
                            .asType(MethodType.methodType(boolean.class, Object.class)),
                    text(lookup, spanContext, "getTraceId"),
                    text(lookup, spanContext, "getSpanId"));
        } catch (ReflectiveOperationException | LinkageError absent) {
            return new OpenTelemetry(null, null, null, null);
        }
    }

    private static MethodHandle text(MethodHandles.Lookup lookup, Class<?> type, String getter)
            throws ReflectiveOperationException {
        return lookup.findVirtual(type, getter, MethodType.methodType(String.class))
                .asType(MethodType.methodType(String.class, Object.class));
    }

    /** The current span; null if there is none. */
    @Nullable
    Span span() {
        if (current == null || isValid == null || traceId == null || spanId == null) {
            return null;
        }
        try {
            Object context = (Object) current.invokeExact();
            return (boolean) isValid.invokeExact(context)
                    ? new Span((String) traceId.invokeExact(context), (String) spanId.invokeExact(context))
                    : null;
        } catch (Throwable broken) {
            // A failure of a foreign library. An event without its trace is better than no event.
            return null;
        }
    }
}
