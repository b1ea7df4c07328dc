package dev.sentinel.audit.ingest.otlp.wire;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Requests of the generated messages with random content, equal for an equal seed. */
final class GeneratedRequests {
    private static final String[] TEXTS = {
        "", "a", "gen_ai.tool.name", "service.name", "häß", "\uD83D\uDE80", "a\0b", "\"\\\n\u2028", "x".repeat(300)
    };

    private final Random random;

    GeneratedRequests(long seed) {
        random = new Random(seed);
    }

    ExportTraceServiceRequest traces() {
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        some(3, () -> {
                    ResourceSpans.Builder spans = ResourceSpans.newBuilder().setSchemaUrl(text());
                    if (random.nextBoolean()) {
                        spans.setResource(resource());
                    }
                    some(3, () -> {
                                ScopeSpans.Builder scope =
                                        ScopeSpans.newBuilder().setSchemaUrl(text());
                                if (random.nextBoolean()) {
                                    scope.setScope(scope());
                                }
                                return scope.addAllSpans(some(3, this::span)).build();
                            })
                            .forEach(spans::addScopeSpans);
                    return spans.build();
                })
                .forEach(request::addResourceSpans);
        return request.build();
    }

    ExportLogsServiceRequest logs() {
        ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
        some(3, () -> {
                    ResourceLogs.Builder logs = ResourceLogs.newBuilder().setSchemaUrl(text());
                    if (random.nextBoolean()) {
                        logs.setResource(resource());
                    }
                    some(3, () -> {
                                ScopeLogs.Builder scope = ScopeLogs.newBuilder();
                                if (random.nextBoolean()) {
                                    scope.setScope(scope());
                                }
                                return scope.addAllLogRecords(some(3, this::log))
                                        .build();
                            })
                            .forEach(logs::addScopeLogs);
                    return logs.build();
                })
                .forEach(request::addResourceLogs);
        return request.build();
    }

    private Resource resource() {
        return Resource.newBuilder()
                .addAllAttributes(attributes(2))
                .setDroppedAttributesCount(number())
                .build();
    }

    private InstrumentationScope scope() {
        return InstrumentationScope.newBuilder()
                .setName(text())
                .setVersion(text())
                .addAllAttributes(attributes(1))
                .build();
    }

    private Span span() {
        return Span.newBuilder()
                .setTraceId(id(16))
                .setSpanId(id(8))
                .setParentSpanId(id(8))
                .setTraceState(text())
                .setName(text())
                .setKindValue(random.nextInt(8))
                .setStartTimeUnixNano(nanos())
                .setEndTimeUnixNano(nanos())
                .addAllAttributes(attributes(3))
                .setDroppedAttributesCount(number())
                .addAllEvents(some(
                        2,
                        () -> Span.Event.newBuilder()
                                .setTimeUnixNano(nanos())
                                .setName(text())
                                .addAllAttributes(attributes(1))
                                .setDroppedAttributesCount(number())
                                .build()))
                .setDroppedEventsCount(number())
                .addAllLinks(some(
                        2,
                        () -> Span.Link.newBuilder()
                                .setTraceId(id(16))
                                .setSpanId(id(8))
                                .addAllAttributes(attributes(1))
                                .build()))
                .setDroppedLinksCount(number())
                .setStatus(Status.newBuilder().setCodeValue(random.nextInt(4)).setMessage(text()))
                .setFlags(random.nextInt())
                .build();
    }

    private LogRecord log() {
        LogRecord.Builder log = LogRecord.newBuilder()
                .setTimeUnixNano(nanos())
                .setObservedTimeUnixNano(nanos())
                .setSeverityNumberValue(random.nextInt(30))
                .setSeverityText(text())
                .addAllAttributes(attributes(3))
                .setDroppedAttributesCount(number())
                .setFlags(random.nextInt())
                .setTraceId(id(16))
                .setSpanId(id(8))
                .setEventName(text());
        return random.nextBoolean() ? log.setBody(value(3)).build() : log.build();
    }

    private List<KeyValue> attributes(int depth) {
        return some(4, () -> {
            KeyValue.Builder attribute = KeyValue.newBuilder().setKey(text());
            return random.nextInt(8) == 0
                    ? attribute.build()
                    : attribute.setValue(value(depth)).build();
        });
    }

    private AnyValue value(int depth) {
        AnyValue.Builder value = AnyValue.newBuilder();
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0 -> value.build();
            case 1 -> value.setStringValue(text()).build();
            case 2 -> value.setBoolValue(random.nextBoolean()).build();
            case 3 -> value.setIntValue(random.nextLong()).build();
            case 4 ->
                value.setDoubleValue(random.nextInt(5) == 0 ? Double.NaN : random.nextGaussian())
                        .build();
            case 5 ->
                value.setBytesValue(ByteString.copyFrom(bytes(random.nextInt(40))))
                        .build();
            case 6 ->
                value.setArrayValue(ArrayValue.newBuilder().addAllValues(some(3, () -> value(depth - 1))))
                        .build();
            default ->
                value.setKvlistValue(KeyValueList.newBuilder().addAllValues(attributes(depth - 1)))
                        .build();
        };
    }

    private ByteString id(int bytes) {
        return switch (random.nextInt(5)) {
            case 0 -> ByteString.EMPTY;
            case 1 -> ByteString.copyFrom(new byte[bytes]);
            default -> ByteString.copyFrom(bytes(bytes));
        };
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Also beyond what is signed. */
    private long nanos() {
        return random.nextInt(4) == 0 ? 0 : random.nextLong();
    }

    private int number() {
        return random.nextInt(3) == 0 ? random.nextInt(5) : 0;
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    private <T> List<T> some(int most, Supplier<T> one) {
        List<T> all = new ArrayList<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            all.add(one.get());
        }
        return all;
    }
}
