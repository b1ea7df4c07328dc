package dev.sentinel.audit.ingest.otlp.wire;

/**
 * A reference to another span.
 *
 * @param traceId 32 lower-case hexadecimal digits; empty if absent or all zero
 * @param spanId 16 lower-case hexadecimal digits; empty if absent or all zero
 */
public record SpanLink(String traceId, String spanId) {}
