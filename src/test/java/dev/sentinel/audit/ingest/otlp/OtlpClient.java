package dev.sentinel.audit.ingest.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.sentinel.audit.RunningServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

/** Sends OTLP to a server on this machine. */
final class OtlpClient {
    static final String PROTOBUF = "application/x-protobuf";
    static final String JSON = "application/json";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;

    OtlpClient(RunningServer server) {
        this.port = server.client().port();
    }

    HttpResponse<byte[]> protobuf(String path, Message request, String... headers) {
        return post(path, PROTOBUF, request.toByteArray(), headers);
    }

    HttpResponse<byte[]> json(String path, String request, String... headers) {
        return post(path, JSON, request.getBytes(StandardCharsets.UTF_8), headers);
    }

    HttpResponse<byte[]> post(String path, String contentType, byte[] body, String... headers) {
        return post(path, contentType, BodyPublishers.ofByteArray(body), headers);
    }

    HttpResponse<byte[]> post(String path, String contentType, BodyPublisher body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", contentType)
                .POST(body);
        try {
            return http.send(
                    (headers.length == 0 ? request : request.headers(headers)).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static String contentType(HttpResponse<byte[]> response) {
        return response.headers().firstValue("Content-Type").orElse("");
    }

    /** The message of a {@code google.rpc.Status} in the encoding that the response states. */
    static String status(HttpResponse<byte[]> response) {
        if (contentType(response).equals(JSON)) {
            return json(response).getString("message");
        }
        try {
            List<ByteString> message =
                    UnknownFieldSet.parseFrom(response.body()).getField(2).getLengthDelimitedList();
            return message.get(0).toStringUtf8();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    static JsonObject json(HttpResponse<byte[]> response) {
        return new JsonObject(new String(response.body(), StandardCharsets.UTF_8));
    }

    static ExportTraceServiceResponse traces(HttpResponse<byte[]> response) {
        try {
            return ExportTraceServiceResponse.parseFrom(response.body());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A span of a tool, of which an event is made. Its ids are those of the service and the number. */
    static Span.Builder toolSpan(String service, int number) {
        return Span.newBuilder()
                .setTraceId(ByteString.fromHex(String.format("%032x", service.hashCode() | 1L << 40)))
                .setSpanId(ByteString.fromHex(String.format("%016x", number + 1)))
                .setName("execute_tool get_weather")
                .setKindValue(1)
                .setStartTimeUnixNano(1795392100910000000L)
                .setEndTimeUnixNano(1795392101400000000L)
                .addAttributes(attribute("gen_ai.operation.name", "execute_tool"))
                .addAttributes(attribute("gen_ai.tool.name", "get_weather"))
                .addAttributes(attribute("gen_ai.tool.call.id", "call_" + number));
    }

    static KeyValue attribute(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    static ExportTraceServiceRequest toolSpans(String service, int count) {
        return request(
                service,
                IntStream.range(0, count)
                        .mapToObj(number -> toolSpan(service, number).build())
                        .toArray(Span[]::new));
    }

    static ExportTraceServiceRequest request(String service, Span... spans) {
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .setResource(Resource.newBuilder().addAttributes(attribute("service.name", service)))
                        .addScopeSpans(ScopeSpans.newBuilder()
                                .setScope(InstrumentationScope.newBuilder()
                                        .setName("opentelemetry.instrumentation.genai"))
                                .addAllSpans(Arrays.asList(spans))))
                .build();
    }

    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
