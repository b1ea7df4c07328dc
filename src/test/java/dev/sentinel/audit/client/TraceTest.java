package dev.sentinel.audit.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.model.ActionType;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests which trace an event belongs to. */
final class TraceTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";
    private static final String OTHER_TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String OTHER_SPAN = "b7ad6b7169203331";

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
    void record_withinSpan_hasTheInnermostStepAsParent() {
        try (Scope outer = span(SPAN).makeCurrent()) {
            assertThat(outer).isNotNull();
            assertThat(parentOf(event -> event.toolCall("x"))).isEqualTo(SPAN);
            assertThat(parentOf(event -> event.traceId(OTHER_TRACE))).isEmpty();
            assertThat(parentOf(event -> event.spanId(SPAN)))
                    .as("of the span itself")
                    .isEmpty();
            audit.traced("action", ActionType.TOOL_CALL, () -> {
                String action = parentOf(event -> {});
                assertThat(action).matches("[0-9a-f]{16}").isNotEqualTo(SPAN);
                try (Scope inner = span(OTHER_SPAN).makeCurrent()) {
                    assertThat(inner).isNotNull();
                    assertThat(parentOf(event -> {})).isEqualTo(OTHER_SPAN);
                }
                assertThat(parentOf(event -> {})).isEqualTo(action);
            });
            assertThat(captured.last()).contains("\"resource\":\"action\"", "\"parent_span_id\":\"" + SPAN + "\"");
        }
        assertThat(parentOf(event -> {})).isEmpty();
    }

    @Test
    void traceOf_withinSpanOfTheSameTrace_isWithinThatSpan() {
        try (Scope span = span(OTHER_SPAN).makeCurrent();
                TraceScope scope = audit.traceOf("00-" + TRACE + "-" + SPAN + "-01")) {
            assertThat(span).isNotNull();
            assertThat(scope.traceId()).isEqualTo(TRACE);
            assertThat(parentOf(event -> {})).isEqualTo(OTHER_SPAN);
        }
    }

    @Test
    void close_scopeThatOutlivesItsAction_leavesNoStep() {
        TraceScope leaked = audit.traced("action", ActionType.TOOL_CALL, () -> audit.trace("leaked"));
        assertThat(parentOf(event -> {})).isEmpty();
        leaked.close();
        assertThat(parentOf(event -> {})).isEmpty();
        assertThat(captured.last()).doesNotContain("leaked");
    }

    @Test
    void wrap_afterSessionChanged_keepsThatOfTheWrapping() throws Exception {
        Thread other;
        try (TraceScope scope = audit.trace("run").sessionId("first").onBehalfOf("ann")) {
            other = new Thread(scope.wrap(() -> audit.record(event -> event.toolCall("there"))));
            scope.sessionId("second");
            audit.record(event -> event.toolCall("here"));
            assertThat(captured.last()).contains("\"session_id\":\"second\"", "\"on_behalf_of\":\"ann\"");
        }
        other.start();
        other.join();

        assertThat(captured.last()).contains("\"session_id\":\"first\"", "\"on_behalf_of\":\"ann\"");
    }

    private static Span span(String spanId) {
        return Span.wrap(SpanContext.create(TRACE, spanId, TraceFlags.getSampled(), TraceState.getDefault()));
    }

    /** The parent of an event that is recorded now; empty if it has none. */
    private String parentOf(Consumer<EventBuilder> description) {
        audit.record(event -> description.accept(event.toolCall("x")));
        Matcher parent = Pattern.compile("\"parent_span_id\":\"([^\"]*)\"").matcher(captured.last());
        return parent.find() ? parent.group(1) : "";
    }

    @Test
    void find_withoutOpenTelemetry_returnsNoTrace() throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader nothing = new URLClassLoader(new URL[0], ClassLoader.getPlatformClassLoader())) {
            Thread.currentThread().setContextClassLoader(nothing);
            assertThat(OpenTelemetry.find().span()).isNull();
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
