package dev.sentinel.audit.ingest.otlp.wire;

import java.util.List;

/**
 * A span. Ids are lower-case hexadecimal digits; empty if absent or all zero.
 *
 * @param traceId 32 digits or empty
 * @param spanId 16 digits or empty
 * @param parentSpanId 16 digits or empty
 * @param name empty if absent
 * @param kind the number of {@code SpanKind}: 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer;
 *     others may come
 * @param startNanos nanoseconds since the epoch, unsigned; 0 if absent
 * @param endNanos nanoseconds since the epoch, unsigned; 0 if absent
 * @param statusCode the number of {@code StatusCode}: 0 unset, 1 ok, 2 error; others may come
 * @param statusMessage empty if absent
 * @param dropped how many attributes, events and links the sender says it has dropped, and how many this server left
 *     out since they could not be read
 */
public record Span(
        String traceId,
        String spanId,
        String parentSpanId,
        String name,
        int kind,
        long startNanos,
        long endNanos,
        Attributes attributes,
        List<SpanEvent> events,
        List<SpanLink> links,
        int statusCode,
        String statusMessage,
        int dropped) {
    public Span {
        events = List.copyOf(events);
        links = List.copyOf(links);
    }
}
