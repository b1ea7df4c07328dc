package dev.sentinel.audit.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.failure.Unavailable;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The exporters of the OpenTelemetry SDK for Java, as an agent has them. */
@Timeout(90)
final class JavaExporterTest {
    private static final String AGENT = "weather-svc";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "none"})
    void spans_exported_areEvents(String compression) {
        try (RunningServer running = RunningServer.start(directory)) {
            SdkTracerProvider provider = tracing(running, compression);
            Tracer tracer = provider.get("opentelemetry.instrumentation.genai", "1");
            Span agent = tracer.spanBuilder("invoke_agent forecaster")
                    .setAttribute("gen_ai.operation.name", "invoke_agent")
                    .setAttribute("gen_ai.agent.name", "forecaster")
                    .startSpan();
            Span tool = tracer.spanBuilder("execute_tool get_weather")
                    .setParent(Context.root().with(agent))
                    .setAttribute("gen_ai.operation.name", "execute_tool")
                    .setAttribute("gen_ai.tool.name", "get_weather")
                    .startSpan();
            tool.setStatus(StatusCode.ERROR, "timed out");
            tool.end();
            agent.end();

            assertThat(provider.forceFlush().join(30, TimeUnit.SECONDS).isSuccess())
                    .isTrue();
            provider.close();

            JsonArray events = trace(running, tool.getSpanContext().getTraceId());
            assertThat(events).hasSize(2);
            assertThat(events.stream()
                            .map(JsonObject.class::cast)
                            .filter(event -> event.getString("resource").equals("get_weather"))
                            .map(event -> event.getString("status")))
                    .containsExactly("error");
        }
    }

    @Test
    void logs_exported_areEvents() {
        try (RunningServer running = RunningServer.start(directory)) {
            SdkLoggerProvider provider = SdkLoggerProvider.builder()
                    .setResource(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "claude-code")))
                    .addLogRecordProcessor(BatchLogRecordProcessor.builder(OtlpHttpLogRecordExporter.builder()
                                    .setEndpoint(url(running, "/v1/logs"))
                                    .setCompression("gzip")
                                    .build())
                            .build())
                    .build();
            provider.get("com.anthropic.claude_code.events")
                    .logRecordBuilder()
                    .setSeverity(Severity.INFO)
                    .setBody("claude_code.tool_decision")
                    .setAttribute(AttributeKey.stringKey("session.id"), "session-of-the-sdk")
                    .setAttribute(AttributeKey.stringKey("event.name"), "tool_decision")
                    .setAttribute(AttributeKey.stringKey("tool_name"), "Bash")
                    .setAttribute(AttributeKey.stringKey("decision"), "reject")
                    .setAttribute(AttributeKey.stringKey("source"), "user_reject")
                    .setTimestamp(1795392000120L, TimeUnit.MILLISECONDS)
                    .emit();

            assertThat(provider.forceFlush().join(30, TimeUnit.SECONDS).isSuccess())
                    .isTrue();
            provider.close();

            JsonArray events = trace(running, "session-of-the-sdk");
            assertThat(events).hasSize(1);
            assertThat(events.getJsonObject(0).getString("status")).isEqualTo("denied");
        }
    }

    @Test
    void metrics_exported_areNoError() {
        try (RunningServer running = RunningServer.start(directory)) {
            SdkMeterProvider provider = SdkMeterProvider.builder()
                    .registerMetricReader(PeriodicMetricReader.builder(OtlpHttpMetricExporter.builder()
                                    .setEndpoint(url(running, "/v1/metrics"))
                                    .build())
                            .build())
                    .build();
            Meter meter = provider.get("a");
            meter.counterBuilder("tokens").build().add(7);

            CompletableResultCode flushed = provider.forceFlush().join(30, TimeUnit.SECONDS);
            provider.close();

            assertThat(flushed.isSuccess()).isTrue();
        }
    }

    /** The store is down for the first two tries. */
    @Test
    void spans_storeDown_areDeliveredAfterRecovery() {
        AtomicInteger tries = new AtomicInteger();
        try (RunningServer running = RunningServer.appendingThrough(
                real -> new GatedStore(
                        real,
                        () -> tries.incrementAndGet() <= 2
                                ? Future.failedFuture(new Unavailable("the store is down"))
                                : Future.succeededFuture()),
                directory,
                // Without it, the first checkpoint of the log would be one of the tries.
                Map.of("EVIDENCE", "off"))) {
            SdkTracerProvider provider = tracing(running, "gzip");
            Tracer tracer = provider.get("opentelemetry.instrumentation.genai");
            for (int i = 0; i < 20; i++) {
                tracer.spanBuilder("execute_tool get_weather")
                        .setAttribute("gen_ai.operation.name", "execute_tool")
                        .setAttribute("gen_ai.tool.name", "get_weather")
                        .startSpan()
                        .end();
            }

            assertThat(provider.forceFlush().join(60, TimeUnit.SECONDS).isSuccess())
                    .isTrue();
            provider.close();

            assertThat(tries).hasValueGreaterThan(2);
            assertThat(running.client()
                            .getJson("/v1/agents/" + AGENT + "/events?limit=100")
                            .getJsonArray("events"))
                    .hasSize(20);
        }
    }

    private static SdkTracerProvider tracing(RunningServer running, String compression) {
        return SdkTracerProvider.builder()
                .setResource(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), AGENT)))
                .addSpanProcessor(BatchSpanProcessor.builder(OtlpHttpSpanExporter.builder()
                                .setEndpoint(url(running, "/v1/traces"))
                                .setCompression(compression)
                                .setTimeout(Duration.ofSeconds(50))
                                .build())
                        .setExporterTimeout(Duration.ofSeconds(50))
                        .build())
                .build();
    }

    private static String url(RunningServer running, String path) {
        return "http://127.0.0.1:" + running.client().port() + path;
    }

    private static JsonArray trace(RunningServer running, String trace) {
        return running.client().getJson("/v1/traces/" + trace).getJsonArray("events");
    }
}
