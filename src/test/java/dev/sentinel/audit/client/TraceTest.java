package dev.sentinel.audit.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests which trace an event belongs to. */
final class TraceTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";

    private final Captured captured = new Captured();
    private final AuditClient audit = captured.client();

    @AfterEach
    void close() {
        audit.close(Duration.ofMillis(1));
    }

    @Test
    void record_noTrace_usesTraceOfClient() {
        assertThat(traceOf(null)).matches("[0-9a-f]{32}").isEqualTo(traceOf(null));
    }

    @Test
    void record_nestedScopes_usesInnermost() {
        try (TraceScope outer = audit.trace("outer", "planner")) {
            assertThat(outer.traceId()).isEqualTo("outer");
            try (TraceScope inner = audit.trace("inner")) {
                assertThat(traceOf(null)).isEqualTo("inner");
                assertThat(inner.agentInstanceId()).isEqualTo("planner");
                assertThat(captured.last()).contains("\"agent_instance_id\":\"planner\"");
            }
            assertThat(traceOf(null)).isEqualTo("outer");
            assertThat(traceOf("named")).isEqualTo("named");
        }
        assertThat(traceOf(null)).matches("[0-9a-f]{32}");
        assertThat(captured.last()).contains("\"agent_instance_id\":\"agent\"");
    }

    @Test
    void wrap_onAnotherThread_keepsScope() throws Exception {
        Thread other;
        try (TraceScope scope = audit.trace("outer")) {
            other = new Thread(scope.wrap(() -> audit.record(event -> event.toolCall("there"))));
        }
        other.start();
        other.join();

        assertThat(captured.last()).contains("\"trace_id\":\"outer\"", "\"resource\":\"there\"");
    }

    @Test
    void record_withinSpan_usesItsTrace() {
        SpanContext context = SpanContext.create(TRACE, SPAN, TraceFlags.getSampled(), TraceState.getDefault());
        try (Scope span = Span.wrap(context).makeCurrent()) {
            assertThat(span).isNotNull();
            assertThat(traceOf(null)).isEqualTo(TRACE);
            try (TraceScope scope = audit.trace()) {
                assertThat(scope.traceId()).isEqualTo(TRACE);
            }
            try (TraceScope scope = audit.trace("named")) {
                assertThat(traceOf(null)).isEqualTo(scope.traceId()).isEqualTo("named");
            }
        }
        assertThat(traceOf(null)).isNotEqualTo(TRACE);
    }

    @Test
    void find_withoutOpenTelemetry_returnsNoTrace() throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader nothing = new URLClassLoader(new URL[0], ClassLoader.getPlatformClassLoader())) {
            Thread.currentThread().setContextClassLoader(nothing);
            assertThat(OpenTelemetry.find().traceId()).isNull();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "00-" + TRACE + "-" + SPAN + "-01, true",
        "00-" + TRACE + "-" + SPAN + "-00, true",
        "01-" + TRACE + "-" + SPAN + "-01-more, true",
        "00-" + TRACE + "-" + SPAN + "-01-more, false",
        "01-" + TRACE + "-" + SPAN + "-01more, false",
        "ff-" + TRACE + "-" + SPAN + "-01, false",
        "00-00000000000000000000000000000000-" + SPAN + "-01, false",
        "00-" + TRACE + "-0000000000000000-01, false",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN + "-01, false",
        "00-" + TRACE + "-" + SPAN + "-0, false",
        "00_" + TRACE + "-" + SPAN + "-01, false",
        "'', false",
        ", false"
    })
    void traceOf_requestField_isUsedIfValid(@Nullable String traceparent, boolean valid) {
        try (TraceScope scope = audit.traceOf(traceparent)) {
            if (valid) {
                assertThat(scope.traceId()).isEqualTo(TRACE);
            } else {
                assertThat(scope.traceId()).isNotEqualTo(TRACE).matches("[0-9a-f]{32}");
            }
        }
    }

    private String traceOf(@Nullable String given) {
        audit.record(event -> {
            event.toolCall("x");
            if (given != null) {
                event.traceId(given);
            }
        });
        return captured.last().replaceFirst(".*\"trace_id\":\"([^\"]*)\".*", "$1");
    }
}
