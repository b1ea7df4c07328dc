package dev.sentinel.audit.ingest.otlp.wire;

/**
 * A log record. OTLP gives it no id.
 *
 * @param timeNanos nanoseconds since the epoch, unsigned; 0 if absent
 * @param observedNanos nanoseconds since the epoch, unsigned; 0 if absent
 * @param severityNumber the number of {@code SeverityNumber}, 1 to 24; 0 if absent
 * @param severityText empty if absent
 * @param body {@link Empty} if absent
 * @param traceId 32 lower-case hexadecimal digits; empty if absent or all zero
 * @param spanId 16 lower-case hexadecimal digits; empty if absent or all zero
 * @param eventName empty if absent
 * @param dropped how many attributes the sender says it has dropped, and how many this server left out since they could
 *     not be read
 */
public record LogRecord(
        long timeNanos,
        long observedNanos,
        int severityNumber,
        String severityText,
        Value body,
        Attributes attributes,
        String traceId,
        String spanId,
        String eventName,
        int dropped) {}
