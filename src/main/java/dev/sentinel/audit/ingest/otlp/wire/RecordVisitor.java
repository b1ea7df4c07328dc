package dev.sentinel.audit.ingest.otlp.wire;

/**
 * Takes the records of a request, in order, on the thread that decodes it. It may keep them.
 *
 * <p>If a request turns out to be malformed, the records before that were visited.
 */
public interface RecordVisitor {
    void span(Origin origin, Span span);

    void log(Origin origin, LogRecord log);

    /**
     * A record that cannot be taken; the others of the request can.
     *
     * @param reason without a payload, such as "the trace id is base64, not hex"; one of few
     */
    void unreadable(String reason);
}
