package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.ServerProcess;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged server, with its usual heap of 240 MB, and the largest requests of OpenTelemetry. */
@Timeout(180)
final class OtlpIT {
    private static final int TEXT = 5_000_000;

    @Test
    void request_ofTheLargestSize_isStored(@TempDir Path directory) throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, Map.of())) {
            String text = "some words ".repeat(TEXT / 11);
            StringBuilder body = new StringBuilder("""
                    {"resourceSpans":[{"resource":{"attributes":[
                      {"key":"service.name","value":{"stringValue":"large"}}]},
                     "scopeSpans":[{"scope":{},"spans":[""");
            for (int i = 1; i <= 12; i++) {
                body.append(i > 1 ? "," : "").append("""
                                {"traceId":"7c9e1f0b4a5d4c3e8f2a6b1d0e9c8f7a","spanId":"%016x","name":"big",
                                 "startTimeUnixNano":"1795392100000000000",
                                 "endTimeUnixNano":"1795392100182000000",
                                 "attributes":[
                                  {"key":"gen_ai.operation.name","value":{"stringValue":"execute_tool"}},
                                  {"key":"gen_ai.tool.name","value":{"stringValue":"big"}},
                                  {"key":"gen_ai.tool.call.result","value":{"stringValue":"%s"}}
                                 ]}""".formatted(i, text));
            }
            body.append("]}]}]}");

            HttpResponse<String> response = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                            + server.client().port() + "/v1/traces"))
                                    .header("Content-Type", "application/json")
                                    .timeout(Duration.ofMinutes(2))
                                    .POST(BodyPublishers.ofString(body.toString()))
                                    .build(),
                            BodyHandlers.ofString());

            assertThat(body).hasSizeGreaterThan(59_000_000);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("{}");
            assertThat(server.client().getJson("/v1/agents/large/events").getJsonArray("events"))
                    .hasSize(12);
        }
    }

    /** What was stored but not acknowledged is sent again, so only the ids keep it from being stored twice. */
    @Test
    void spans_serverKilledAndRestarted_areStoredOnce(@TempDir Path directory) throws Exception {
        int spans = 3_000;
        ServerProcess server = ServerProcess.start(directory, Map.of());
        int port = server.client().port();
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .setResource(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "survivor")))
                .addSpanProcessor(BatchSpanProcessor.builder(OtlpHttpSpanExporter.builder()
                                .setEndpoint("http://127.0.0.1:" + port + "/v1/traces")
                                .setTimeout(Duration.ofMinutes(2))
                                .setRetryPolicy(RetryPolicy.builder()
                                        .setMaxAttempts(5)
                                        .setInitialBackoff(Duration.ofSeconds(8))
                                        .setMaxBackoff(Duration.ofMinutes(1))
                                        .setBackoffMultiplier(2)
                                        .build())
                                .build())
                        .setMaxQueueSize(spans)
                        .setMaxExportBatchSize(20)
                        .setScheduleDelay(Duration.ofMillis(10))
                        .setExporterTimeout(Duration.ofMinutes(2))
                        .build())
                .build();
        try {
            Tracer tracer = provider.get("genai");
            for (int i = 0; i < spans; i++) {
                tracer.spanBuilder("execute_tool search")
                        .setAttribute("gen_ai.operation.name", "execute_tool")
                        .setAttribute("gen_ai.tool.name", "search")
                        .startSpan()
                        .end();
            }
            while (total(server) < 200) {
                Thread.onSpinWait();
            }
            server.kill();
            server = ServerProcess.start(directory, Map.of("PORT", Integer.toString(port)));

            assertThat(provider.forceFlush().join(150, TimeUnit.SECONDS).isSuccess())
                    .isTrue();
            assertThat(total(server)).isEqualTo(spans);
        } finally {
            provider.close();
            server.close();
        }
    }

    private static long total(ServerProcess server) {
        return server.client().getJson("/v1/agents/survivor/events?limit=1").getLong("total", 0L);
    }
}
