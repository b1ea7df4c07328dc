package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.EventRedaction;
import dev.sentinel.audit.ingest.otlp.wire.LogRecord;
import dev.sentinel.audit.ingest.otlp.wire.Origin;
import dev.sentinel.audit.ingest.otlp.wire.RecordVisitor;
import dev.sentinel.audit.ingest.otlp.wire.Span;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Collects the events of the records of one request, and what became of the others. One thread. Holds the events, whose
 * sizes are bounded, and no record.
 */
public final class OtlpRequest implements RecordVisitor {
    private static final String NO_IDS = "the span has no trace id or no span id";
    private static final String NOT_SELECTED = "not_selected";
    private static final String LOGGED = "also_logged";
    private static final String NO_RULE = "no_rule";
    private static final Producer UNKNOWN = new Producer("unknown", "");
    private static final int LONGEST_SCOPE = 100;

    private final Mapping mapping;
    private final Spans spans;
    private final EventIds ids = new EventIds();
    private final EventMaker maker;
    private final List<AuditEvent> events = new ArrayList<>();
    private final Map<Producer, Tally> tallies = new LinkedHashMap<>();

    OtlpRequest(Mapping mapping, Content content, Spans spans, EventRedaction redaction, Sender sender) {
        this.mapping = mapping;
        this.spans = spans;
        this.maker = new EventMaker(mapping, content, redaction, sender);
    }

    @Override
    public void span(Origin origin, Span span) {
        Emitter emitter = mapping.emitter(span.name(), origin, span.attributes());
        Tally tally = tally(emitter, origin);
        if (span.traceId().isEmpty() || span.spanId().isEmpty()) {
            tally.reject(NO_IDS);
            return;
        }
        Subject subject = Subject.of(origin, span, emitter);
        Rule rule = tally.kept(emitter.rule(subject), spans);
        if (rule != null) {
            events.add(maker.event(ids.ofSpan(span), subject, rule, Times.of(subject, span)));
        }
    }

    @Override
    public void log(Origin origin, LogRecord log) {
        String name = LogNames.of(log);
        Emitter emitter = mapping.emitter(name, origin, log.attributes());
        Subject subject = Subject.of(origin, log, emitter, name);
        Rule rule = tally(emitter, origin).kept(emitter.rule(subject), Spans.ALL);
        if (rule != null) {
            UUID id = ids.ofLog(subject, log);
            events.add(maker.event(id, subject, rule, Times.of(subject, log, rule)));
        }
    }

    @Override
    public void unreadable(String reason) {
        tallies.computeIfAbsent(UNKNOWN, key -> new Tally()).reject(reason);
    }

    private Tally tally(Emitter emitter, Origin origin) {
        String scope = StorableText.cut(StorableText.of(origin.scope().name()), LONGEST_SCOPE);
        return tallies.computeIfAbsent(new Producer(emitter.name(), scope), key -> new Tally());
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

    /** What became of the records of each producer, in the order of their first record. */
    public Map<Producer, Counts> producers() {
        Map<Producer, Counts> counts = new LinkedHashMap<>();
        tallies.forEach((producer, tally) -> counts.put(producer, tally.counts()));
        return Collections.unmodifiableMap(counts);
    }

    /** What became of all records. */
    public Counts counts() {
        Tally sum = new Tally();
        tallies.values().forEach(sum::add);
        return sum.counts();
    }

    /** Counts the records of one producer. */
    private static final class Tally {
        private int kept;
        private final Map<String, Integer> ignored = new LinkedHashMap<>();
        private final Map<String, Integer> rejected = new LinkedHashMap<>();

        /** The rule if its record is kept; else it is counted as ignored. */
        @Nullable
        Rule kept(@Nullable Rule rule, Spans selection) {
            String reason = rule == null
                    ? NO_RULE
                    : rule.action() == Action.DROP
                            ? rule.reason()
                            : rule.logged() && selection != Spans.ALL
                                    ? LOGGED
                                    : rule.action().isIn(selection) ? "" : NOT_SELECTED;
            if (reason.isEmpty()) {
                kept++;
                return rule;
            }
            ignored.merge(reason, 1, Integer::sum);
            return null;
        }

        void reject(String reason) {
            rejected.merge(reason, 1, Integer::sum);
        }

        void add(Tally other) {
            kept += other.kept;
            other.ignored.forEach((reason, count) -> ignored.merge(reason, count, Integer::sum));
            other.rejected.forEach((reason, count) -> rejected.merge(reason, count, Integer::sum));
        }

        Counts counts() {
            return new Counts(kept, ignored, rejected);
        }
    }
}
