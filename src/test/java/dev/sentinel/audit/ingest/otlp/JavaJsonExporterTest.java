package dev.sentinel.audit.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.internal.marshal.Marshaler;
import io.opentelemetry.exporter.internal.otlp.logs.LogsRequestMarshaler;
import io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler;
import io.opentelemetry.exporter.otlp.internal.HttpExporter;
import io.opentelemetry.exporter.otlp.internal.HttpExporterBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.internal.StandardComponentId.ExporterType;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The OpenTelemetry SDK for Java writes JSON, too. What it sends as JSON is what it sends as protobuf: the same events,
 * which are stored once.
 */
@Timeout(90)
final class JavaJsonExporterTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "none"})
    void spans_jsonAndProtobuf_areTheSameEvents(String compression) {
        List<SpanData> spans = spans();

        check(
                "/v1/traces",
                ExporterType.OTLP_HTTP_SPAN_EXPORTER,
                TraceRequestMarshaler.create(spans),
                spans.size(),
                compression);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "none"})
    void logs_jsonAndProtobuf_areTheSameEvents(String compression) {
        List<LogRecordData> logs = logs();

        check(
                "/v1/logs",
                ExporterType.OTLP_HTTP_LOG_EXPORTER,
                LogsRequestMarshaler.create(logs),
                logs.size(),
                compression);
    }

    /** The records of the request are actions, each of which is an event. */
    private void check(String path, ExporterType type, Marshaler request, int records, String compression) {
        List<JsonObject> byProtobuf;
        try (RunningServer running = RunningServer.start(directory.resolve("both"))) {
            export(builder(running, path, type, compression), request, records);
            byProtobuf = events(running);
            export(builder(running, path, type, compression).exportAsJson(), request, records);

            assertThat(byProtobuf).hasSize(records);
            assertThat(events(running)).isEqualTo(byProtobuf);
            assertThat(count(running, "json", "duplicate")).isEqualTo(records);
            assertThat(count(running, "json", "conflict")).isZero();
        }
        try (RunningServer running = RunningServer.start(directory.resolve("json"))) {
            export(builder(running, path, type, compression).exportAsJson(), request, records);

            assertThat(events(running)).isEqualTo(byProtobuf);
            assertThat(count(running, "protobuf", "kept")).isZero();
        }
    }

    private static HttpExporterBuilder builder(
            RunningServer running, String path, ExporterType type, String compression) {
        return new HttpExporterBuilder(
                        type, "http://127.0.0.1:" + running.client().port() + path)
                .setCompression(compression);
    }

    private static void export(HttpExporterBuilder builder, Marshaler request, int records) {
        HttpExporter exporter = builder.build();
        CompletableResultCode exported = exporter.export(request, records).join(30, TimeUnit.SECONDS);
        exporter.shutdown().join(10, TimeUnit.SECONDS);
        assertThat(exported.isSuccess()).isTrue();
    }

    /** All events, without what the server adds when it stores them. */
    private static List<JsonObject> events(RunningServer running) {
        List<JsonObject> events = new ArrayList<>();
        JsonArray found = running.client().getJson("/v1/events?limit=100").getJsonArray("events");
        for (int i = 0; i < found.size(); i++) {
            JsonObject event = found.getJsonObject(i);
            event.remove("seq");
            event.remove("received_at");
            events.add(event);
        }
        return events;
    }

    private static int count(RunningServer running, String encoding, String member) {
        return running.client().getJson("/v1/sources").getJsonArray("sources").stream()
                .map(JsonObject.class::cast)
                .filter(source -> source.getString("protocol").endsWith(encoding))
                .mapToInt(source -> source.getInteger(member))
                .sum();
    }

    /** Values of every type, an exception, a link, and a text that JSON escapes. */
    private static List<SpanData> spans() {
        List<SpanData> spans = new ArrayList<>();
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .setResource(resource("weather-svc"))
                .addSpanProcessor(SimpleSpanProcessor.create(new SpanExporter() {
                    @Override
                    public CompletableResultCode export(Collection<SpanData> ended) {
                        spans.addAll(ended);
                        return flush();
                    }

                    @Override
                    public CompletableResultCode flush() {
                        return CompletableResultCode.ofSuccess();
                    }

                    @Override
                    public CompletableResultCode shutdown() {
                        return flush();
                    }
                }))
                .build();
        Tracer tracer = provider.get("opentelemetry.instrumentation.genai", "1");
        Span agent = tracer.spanBuilder("invoke_agent forecaster")
                .setSpanKind(SpanKind.INTERNAL)
                .setAttribute("gen_ai.operation.name", "invoke_agent")
                .setAttribute("gen_ai.agent.name", "forecaster")
                .startSpan();
        tracer.spanBuilder("execute_tool get_weather")
                .setSpanKind(SpanKind.CLIENT)
                .setParent(Context.root().with(agent))
                .addLink(agent.getSpanContext())
                .setAttribute("gen_ai.operation.name", "execute_tool")
                .setAttribute("gen_ai.tool.name", "get_weather")
                .setAttribute("gen_ai.tool.call.arguments", "{\"city\":\"Zürich\\n\uD83C\uDF27\"}")
                .setAttribute("retries", Long.MAX_VALUE)
                .setAttribute("temperature", -0.5)
                .setAttribute("not_a_number", Double.NaN)
                .setAttribute("cached", false)
                .setAttribute(AttributeKey.stringArrayKey("units"), List.of("C", "F", "\u0001\"\\"))
                .setAttribute(AttributeKey.longArrayKey("hours"), List.of(6L, 12L))
                .startSpan()
                .recordException(new IllegalStateException("no answer"))
                .setStatus(StatusCode.ERROR, "timed out")
                .end();
        agent.end();
        provider.close();
        return spans;
    }

    private static List<LogRecordData> logs() {
        List<LogRecordData> logs = new ArrayList<>();
        SdkLoggerProvider provider = SdkLoggerProvider.builder()
                .setResource(resource("some-agent"))
                .addLogRecordProcessor(SimpleLogRecordProcessor.create(new LogRecordExporter() {
                    @Override
                    public CompletableResultCode export(Collection<LogRecordData> emitted) {
                        logs.addAll(emitted);
                        return flush();
                    }

                    @Override
                    public CompletableResultCode flush() {
                        return CompletableResultCode.ofSuccess();
                    }

                    @Override
                    public CompletableResultCode shutdown() {
                        return flush();
                    }
                }))
                .build();
        for (int i = 0; i < 2; i++) {
            provider.get("com.anthropic.claude_code.events")
                    .logRecordBuilder()
                    .setSeverity(Severity.INFO)
                    .setBody("claude_code.tool_decision")
                    .setAttribute(AttributeKey.stringKey("session.id"), "session-of-the-sdk")
                    .setAttribute(AttributeKey.longKey("event.sequence"), (long) i)
                    .setAttribute(AttributeKey.stringKey("event.name"), "tool_decision")
                    .setAttribute(AttributeKey.stringKey("tool_name"), "Bash")
                    .setAttribute(AttributeKey.stringKey("decision"), "reject")
                    .setTimestamp(1795392000120L, TimeUnit.MILLISECONDS)
                    .emit();
        }
        // Its id is a hash of all that it says.
        provider.get("opentelemetry.instrumentation.genai")
                .logRecordBuilder()
                .setEventName("gen_ai.evaluation.result")
                .setBody(Value.of(
                        KeyValue.of("score", Value.of(0.25)), KeyValue.of("raw", Value.of(new byte[] {0, -1}))))
                .setAttribute(AttributeKey.stringKey("gen_ai.tool.name"), "get_weather")
                .setTimestamp(1795392000130L, TimeUnit.MILLISECONDS)
                .emit();
        provider.close();
        return logs;
    }

    private static Resource resource(String service) {
        return Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), service));
    }
}
