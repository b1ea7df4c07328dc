package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.event.EventRedaction;
import dev.sentinel.audit.event.MetadataWriter;
import dev.sentinel.audit.ingest.otlp.wire.Attributes;
import dev.sentinel.audit.ingest.otlp.wire.LogRecord;
import dev.sentinel.audit.ingest.otlp.wire.Span;
import dev.sentinel.audit.ingest.otlp.wire.SpanLink;
import dev.sentinel.audit.ingest.otlp.wire.Text;
import dev.sentinel.audit.ingest.otlp.wire.Value;
import dev.sentinel.audit.model.Timestamps;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the metadata of one event: what the record tells of the tool, the decision, the error and the usage, then
 * {@code otel} with what belongs to OpenTelemetry, then the other attributes. Does not cut it. Content which is not
 * kept becomes its size and hash. One event; one thread.
 */
final class Metadata {
    private static final int MAX_ATTRIBUTES = 128;
    private static final int MAX_LINKS = 32;
    private static final List<String> KINDS =
            List.of("unspecified", "internal", "server", "client", "producer", "consumer");

    private final Subject subject;
    private final Mapping mapping;
    private final Content content;
    private final ContentWriter values;
    private int leftOut;
    private final MetadataWriter out;

    Metadata(Subject subject, Mapping mapping, Content content, EventRedaction redaction, MetadataWriter out) {
        this.subject = subject;
        this.mapping = mapping;
        this.content = content;
        this.out = out;
        this.values = new ContentWriter(out, mapping.vocabulary(), redaction);
    }

    /** The parts of an event that metadata tells. */
    record Parts(Rule rule, Target target, Outcome outcome, Times times, Identity identity) {}

    /** @param cut the entry for a resource that was cut; null if it was not */
    void write(Parts parts, @Nullable Cut cut) {
        if (parts.target().tool() != null) {
            tool(parts, parts.target().tool());
        }
        decision(parts.outcome());
        error(parts.outcome());
        if (parts.rule().usage()) {
            Usage.write(out, subject);
        }
        List<String> kept = attributes();
        otel(parts, cut);
        writeAttributes(kept);
        resource();
    }

    private void tool(Parts parts, String name) {
        out.startObject("tool");
        values.text("name", name);
        values.text("server", parts.target().server());
        if (parts.rule().action() == Action.TOOL || parts.rule().action() == Action.DECISION) {
            values.text("type", subject.tell(Field.TOOL_TYPE));
            values.text("call_id", subject.tell(Field.CALL));
            told("arguments", Field.ARGUMENTS, content != Content.NONE);
            told("result", Field.RESULT, content == Content.FULL);
        }
        out.end();
    }

    private void told(String name, Field field, boolean kept) {
        Key place = subject.place(field);
        Value value = place == null ? null : subject.value(place);
        if (place != null && value != null) {
            subject.tell(place);
            values.content(name, value, kept);
        }
    }

    private void decision(Outcome outcome) {
        if (outcome.decision() != null || outcome.source() != null) {
            out.startObject("decision");
            values.text("outcome", outcome.decision());
            values.text("source", outcome.source());
            values.text("reason", outcome.reason());
            out.end();
        }
    }

    private void error(Outcome outcome) {
        if (outcome.errorType() != null || outcome.error() != null) {
            out.startObject("error");
            values.text("type", outcome.errorType());
            values.text("message", outcome.error());
            out.end();
        }
    }

    private void otel(Parts parts, @Nullable Cut cut) {
        out.startObject("otel");
        out.number("map", mapping.version());
        out.text("emitter", subject.emitter().name());
        Span span = subject.span();
        LogRecord log = subject.log();
        out.text("signal", span != null ? "span" : "log");
        values.text("name", subject.name());
        values.text("scope", subject.origin().scope().name());
        if (span != null) {
            int kind = span.kind();
            out.text("kind", kind >= 0 && kind < KINDS.size() ? KINDS.get(kind) : Integer.toString(kind));
            ids(parts, span.traceId());
            links(span.links());
        } else if (log != null) {
            ids(parts, log.traceId());
        }
        if (parts.outcome().open() || parts.rule().logged()) {
            out.text("status", "unset");
        }
        if (parts.times().written() != null) {
            out.text("time", Timestamps.format(parts.times().written()));
        }
        int dropped = span != null ? span.dropped() : log != null ? log.dropped() : 0;
        if (dropped > 0) {
            out.number("dropped", dropped);
        }
        if (leftOut > 0) {
            out.number("left_out", leftOut);
        }
        if (cut != null) {
            out.startArray(Cut.MEMBER);
            cut.write(out);
            out.end();
        }
        out.end();
    }

    private void ids(Parts parts, String trace) {
        if (!trace.isEmpty() && !trace.equals(parts.identity().trace())) {
            out.text("trace_id", trace);
        }
    }

    private void links(List<SpanLink> links) {
        if (links.isEmpty()) {
            return;
        }
        out.startArray("links");
        for (SpanLink link : links.subList(0, Math.min(links.size(), MAX_LINKS))) {
            out.startObject();
            out.text("trace_id", link.traceId());
            out.text("span_id", link.spanId());
            out.end();
        }
        out.end();
    }

    /** The attributes that are stored under their own names. */
    private List<String> attributes() {
        List<String> kept = new ArrayList<>();
        for (String key : subject.attributes().keys()) {
            boolean empty = subject.attributes().get(key) instanceof Text text && text.isEmpty();
            if (!empty
                    && !subject.isTold(key)
                    && !mapping.vocabulary().omitted().has(key)) {
                kept.add(key);
            }
        }
        if (kept.size() > MAX_ATTRIBUTES) {
            leftOut = kept.size() - MAX_ATTRIBUTES;
            Collections.sort(kept);
            return kept.subList(0, MAX_ATTRIBUTES);
        }
        return kept;
    }

    private void writeAttributes(List<String> keys) {
        if (keys.isEmpty()) {
            return;
        }
        out.startObject("attributes");
        Attributes attributes = subject.attributes();
        Set<String> names = new HashSet<>();
        for (String key : keys) {
            Value value = attributes.get(key);
            String name = StorableText.of(key);
            // Names that are not storable become equal when they are made so.
            if (value != null && names.add(name)) {
                attribute(key, name, value);
            }
        }
        out.end();
    }

    private void attribute(String key, String name, Value sent) {
        Value value = ContentWriter.readable(sent);
        Vocabulary vocabulary = mapping.vocabulary();
        Emitter emitter = subject.emitter();
        boolean isContent = vocabulary.content().has(key);
        if (!isContent && emitter.arguments().contains(key)) {
            values.content(name, value, content != Content.NONE);
        } else if (isContent || emitter.results().contains(key)) {
            values.content(name, value, content == Content.FULL);
        } else if (value instanceof Text text && vocabulary.sql().contains(key)) {
            values.text(name, SqlLiterals.masked(values.whole(text), subject.text(Field.DB_SYSTEM)));
        } else if (value instanceof Text text && vocabulary.urls().contains(key)) {
            values.text(name, Urls.bare(values.whole(text)));
        } else {
            out.name(name);
            values.value(value, 0);
        }
    }

    private void resource() {
        Attributes resource = subject.origin().resource();
        boolean open = false;
        for (String key : mapping.vocabulary().resource()) {
            String value = resource.text(key);
            if (value != null && !value.isEmpty()) {
                if (!open) {
                    out.startObject("resource");
                    open = true;
                }
                values.text(key, value);
            }
        }
        if (open) {
            out.end();
        }
    }
}
