package dev.sentinel.audit.ingest.otlp.wire;

/** The fields of a log record that were read so far. */
final class LogDraft {
    final Room room = new Room();
    final SpanDraft.Ids ids = new SpanDraft.Ids();
    long timeNanos;
    long observedNanos;
    int severityNumber;
    String severityText = "";
    Value body = Empty.EMPTY;
    Attributes attributes = Attributes.NONE;
    String eventName = "";
    final SpanDraft.Dropped dropped = new SpanDraft.Dropped();

    LogRecord build() {
        dropped.add(attributes.malformed());
        return new LogRecord(
                timeNanos,
                observedNanos,
                severityNumber,
                severityText,
                body,
                attributes,
                ids.trace(),
                ids.span(),
                eventName,
                dropped.count());
    }
}
