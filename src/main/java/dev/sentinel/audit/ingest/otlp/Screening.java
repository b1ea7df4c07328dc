package dev.sentinel.audit.ingest.otlp;

import dev.sentinel.audit.ingest.otlp.mapping.OtlpRequest;
import dev.sentinel.audit.ingest.otlp.wire.LogRecord;
import dev.sentinel.audit.ingest.otlp.wire.Origin;
import dev.sentinel.audit.ingest.otlp.wire.RecordVisitor;
import dev.sentinel.audit.ingest.otlp.wire.Span;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes records on, and notices what a request of them looks like. A record on which the mapping fails does not cost
 * the others: that would be a defect of this server, and the exporter would send it again and again. One thread.
 */
final class Screening implements RecordVisitor {
    private static final Logger LOG = LoggerFactory.getLogger(Screening.class);
    private static final String FAILED = "this server failed to map the record; its log has the cause";

    private final OtlpRequest request;
    private final Runnable afterRecord;
    private int spans;
    private int spansWithoutIds;
    private boolean failed;

    /** @param afterRecord runs after each record; may throw to end the request */
    Screening(OtlpRequest request, Runnable afterRecord) {
        this.request = request;
        this.afterRecord = afterRecord;
    }

    @Override
    public void span(Origin origin, Span span) {
        spans++;
        spansWithoutIds += span.traceId().isEmpty() && span.spanId().isEmpty() ? 1 : 0;
        pass(() -> request.span(origin, span));
    }

    @Override
    public void log(Origin origin, LogRecord log) {
        pass(() -> request.log(origin, log));
    }

    @Override
    public void unreadable(String reason) {
        request.unreadable(reason);
    }

    private void pass(Runnable record) {
        try {
            record.run();
        } catch (RuntimeException e) {
            if (!failed) {
                LOG.error("record not mapped effect=\"rejected\"", e);
            }
            failed = true;
            request.unreadable(FAILED);
        }
        afterRecord.run();
    }

    /** Whether there are spans, and all are without ids, as log records that are read as spans. */
    boolean looksLikeLogs() {
        return spans > 0 && spans == spansWithoutIds;
    }
}
