package dev.sentinel.audit.ingest.otlp.wire;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.HexFormat;
import java.util.List;

/** What the decoders must make of the generated messages. */
final class Expected {
    private Expected() {}

    static Recorded of(ExportTraceServiceRequest request) {
        Recorded expected = new Recorded();
        request.getResourceSpansList()
                .forEach(resource -> resource.getScopeSpansList()
                        .forEach(scope -> scope.getSpansList()
                                .forEach(span -> expected.span(
                                        new Origin(
                                                attributes(
                                                        resource.getResource().getAttributesList()),
                                                scope(scope.getScope())),
                                        span(span)))));
        return expected;
    }

    static Recorded of(ExportLogsServiceRequest request) {
        Recorded expected = new Recorded();
        request.getResourceLogsList()
                .forEach(resource -> resource.getScopeLogsList()
                        .forEach(scope -> scope.getLogRecordsList()
                                .forEach(log -> expected.log(
                                        new Origin(
                                                attributes(
                                                        resource.getResource().getAttributesList()),
                                                scope(scope.getScope())),
                                        log(log)))));
        return expected;
    }

    private static Scope scope(InstrumentationScope scope) {
        return new Scope(text(scope.getName()), text(scope.getVersion()));
    }

    private static Span span(io.opentelemetry.proto.trace.v1.Span span) {
        Attributes attributes = attributes(span.getAttributesList());
        List<SpanEvent> events = span.getEventsList().stream()
                .map(event -> new SpanEvent(
                        event.getTimeUnixNano(), text(event.getName()), attributes(event.getAttributesList())))
                .toList();
        int dropped = span.getDroppedAttributesCount()
                + span.getDroppedEventsCount()
                + span.getDroppedLinksCount()
                + attributes.malformed();
        for (int i = 0; i < events.size(); i++) {
            dropped +=
                    events.get(i).attributes().malformed() + span.getEvents(i).getDroppedAttributesCount();
        }
        return new Span(
                id(span.getTraceId()),
                id(span.getSpanId()),
                id(span.getParentSpanId()),
                text(span.getName()),
                span.getKindValue(),
                span.getStartTimeUnixNano(),
                span.getEndTimeUnixNano(),
                attributes,
                events,
                span.getLinksList().stream()
                        .map(link -> new SpanLink(id(link.getTraceId()), id(link.getSpanId())))
                        .toList(),
                span.getStatus().getCodeValue(),
                text(span.getStatus().getMessage()),
                dropped);
    }

    private static LogRecord log(io.opentelemetry.proto.logs.v1.LogRecord log) {
        Attributes attributes = attributes(log.getAttributesList());
        return new LogRecord(
                log.getTimeUnixNano(),
                log.getObservedTimeUnixNano(),
                log.getSeverityNumberValue(),
                text(log.getSeverityText()),
                value(log.getBody()),
                attributes,
                id(log.getTraceId()),
                id(log.getSpanId()),
                text(log.getEventName()),
                log.getDroppedAttributesCount() + attributes.malformed());
    }

    private static Attributes attributes(List<KeyValue> list) {
        Attributes.Builder attributes = Attributes.builder();
        for (KeyValue each : list) {
            if (each.getKey().isEmpty()) {
                attributes.malformed();
            } else {
                attributes.put(text(each.getKey()), value(each.getValue()));
            }
        }
        return attributes.build();
    }

    private static Value value(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> Text.of(value.getStringValue());
            case BOOL_VALUE -> new Flag(value.getBoolValue());
            case INT_VALUE -> new Whole(value.getIntValue());
            case DOUBLE_VALUE -> new Real(value.getDoubleValue());
            case BYTES_VALUE -> Bytes.of(value.getBytesValue().toByteArray());
            case ARRAY_VALUE ->
                new Items(value.getArrayValue().getValuesList().stream()
                        .map(Expected::value)
                        .toList());
            case KVLIST_VALUE -> new Members(attributes(value.getKvlistValue().getValuesList()));
            default -> Empty.EMPTY;
        };
    }

    private static String id(ByteString bytes) {
        String hex = HexFormat.of().formatHex(bytes.toByteArray());
        return hex.matches("0*") ? "" : hex;
    }

    private static String text(String text) {
        return text.replace('\0', '\uFFFD');
    }
}
