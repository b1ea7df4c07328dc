package dev.sentinel.audit.ingest.otlp.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** All that a decoder reported. */
final class Recorded implements RecordVisitor {
    final List<Origin> origins = new ArrayList<>();
    final List<Span> spans = new ArrayList<>();
    final List<LogRecord> logs = new ArrayList<>();
    final List<String> unreadable = new ArrayList<>();

    static Recorded spansOfJson(String json) throws MalformedRequestException {
        return of(Decoder.JSON, Signal.TRACES, json.getBytes(StandardCharsets.UTF_8));
    }

    static Recorded logsOfJson(String json) throws MalformedRequestException {
        return of(Decoder.JSON, Signal.LOGS, json.getBytes(StandardCharsets.UTF_8));
    }

    static Recorded of(Decoder decoder, Signal signal, byte[] body) throws MalformedRequestException {
        Recorded recorded = new Recorded();
        decoder.decode(body, signal, recorded);
        return recorded;
    }

    @Override
    public void span(Origin origin, Span span) {
        origins.add(origin);
        spans.add(span);
    }

    @Override
    public void log(Origin origin, LogRecord log) {
        origins.add(origin);
        logs.add(log);
    }

    @Override
    public void unreadable(String reason) {
        unreadable.add(reason);
    }
}
