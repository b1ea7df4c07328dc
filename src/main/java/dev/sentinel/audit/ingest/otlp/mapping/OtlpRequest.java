package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.EventRedaction;
import dev.sentinel.audit.ingest.otlp.wire.LogRecord;
import dev.sentinel.audit.ingest.otlp.wire.Origin;
import dev.sentinel.audit.ingest.otlp.wire.RecordVisitor;
import dev.sentinel.audit.ingest.otlp.wire.Span;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Collects the events of the records of one request, and what became of the others. One thread. Holds the events, whose
 * sizes are bounded, and no record.
 */
public final class OtlpRequest implements RecordVisitor {
    private static final String NO_IDS = "the span has no trace id or no span id";

    private final Spans spans;
    private final EventIds ids = new EventIds();
    private final EventMaker maker;
    private final List<AuditEvent> events = new ArrayList<>();
    private final Emitters emitters;
    private final Tallies tallies = new Tallies();

    OtlpRequest(Mapping mapping, Content content, Spans spans, EventRedaction redaction, Sender sender) {
        this.emitters = new Emitters(mapping);
        this.spans = spans;
        this.maker = new EventMaker(mapping, content, redaction, sender);
    }

    @Override
    public void span(Origin origin, Span span) {
        Emitter emitter = emitters.of(span.name(), origin, span.attributes());
        if (span.traceId().isEmpty() || span.spanId().isEmpty()) {
            tallies.of(emitter, origin).reject(NO_IDS);
            return;
        }
        Subject subject = Subject.of(origin, span, emitter);
        Rule rule = tallies.of(emitter, origin).kept(emitter.rule(subject), spans);
        if (rule != null) {
            events.add(maker.event(ids.ofSpan(span), subject, rule, Times.of(subject, span)));
        }
    }

    @Override
    public void log(Origin origin, LogRecord log) {
        String name = LogNames.of(log);
        Emitter emitter = emitters.of(name, origin, log.attributes());
        Subject subject = Subject.of(origin, log, emitter, name);
        Rule rule = tallies.of(emitter, origin).kept(emitter.rule(subject), Spans.ALL);
        if (rule != null) {
            UUID id = ids.ofLog(subject, log);
            events.add(maker.event(id, subject, rule, Times.of(subject, log, rule)));
        }
    }

    @Override
    public void unreadable(String reason) {
        tallies.ofUnreadable().reject(reason);
    }

    /** The events, in the order of their records. The same record twice is here twice, with one id. */
    public List<AuditEvent> events() {
        return Collections.unmodifiableList(events);
    }

    /** Like {@link #events}, and forgets them: a large request is stored in parts. */
    public List<AuditEvent> take() {
        List<AuditEvent> taken = List.copyOf(events);
        events.clear();
        return taken;
    }

    /** What became of all records. */
    public Counts counts() {
        return tallies.total();
    }

    /** The same by producer: the emitter and the scope, as the client calls it. */
    public Map<String, Counts> countsByProducer() {
        return tallies.byProducer();
    }
}
