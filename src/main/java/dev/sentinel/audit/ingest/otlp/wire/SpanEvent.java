package dev.sentinel.audit.ingest.otlp.wire;

/**
 * Something that happened during a span.
 *
 * @param timeNanos nanoseconds since the epoch, unsigned; 0 if absent
 * @param name empty if absent
 */
public record SpanEvent(long timeNanos, String name, Attributes attributes) {}
