package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.ingest.otlp.wire.Attributes;
import dev.sentinel.audit.ingest.otlp.wire.LogRecord;
import dev.sentinel.audit.ingest.otlp.wire.Origin;
import dev.sentinel.audit.ingest.otlp.wire.Span;
import dev.sentinel.audit.ingest.otlp.wire.SpanEvent;
import dev.sentinel.audit.ingest.otlp.wire.Text;
import dev.sentinel.audit.ingest.otlp.wire.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One record, whatever its signal, as the tables see it. Remembers the attributes that were told elsewhere. */
final class Subject {
    private final Origin origin;
    private final @Nullable Span span;
    private final @Nullable LogRecord log;
    private final Emitter emitter;
    private final String name;
    private final Attributes attributes;
    private final Set<String> told = new HashSet<>();

    private Subject(Origin origin, @Nullable Span span, @Nullable LogRecord log, Emitter emitter, String name) {
        this.origin = origin;
        this.span = span;
        this.log = log;
        this.emitter = emitter;
        this.name = emitter.bareName(name);
        this.attributes = span != null ? span.attributes() : log != null ? log.attributes() : Attributes.NONE;
    }

    static Subject of(Origin origin, Span span, Emitter emitter) {
        return new Subject(origin, span, null, emitter, span.name());
    }

    /** @param name as {@link LogNames} finds it */
    static Subject of(Origin origin, LogRecord log, Emitter emitter, String name) {
        Subject subject = new Subject(origin, null, log, emitter, name);
        subject.tell(LogNames.EVENT_NAME);
        return subject;
    }

    Origin origin() {
        return origin;
    }

    /** Null if it is a log record. */
    @Nullable
    Span span() {
        return span;
    }

    /** Null if it is a span. */
    @Nullable
    LogRecord log() {
        return log;
    }

    Emitter emitter() {
        return emitter;
    }

    /** Without the prefix of its emitter. */
    String name() {
        return name;
    }

    Attributes attributes() {
        return attributes;
    }

    int kind() {
        return span == null ? -1 : span.kind();
    }

    /** The text of a field: the first that is there and not blank; null if none is. */
    @Nullable
    String text(Field field) {
        for (Key key : emitter.keys(field)) {
            String text = text(key);
            if (text != null && !text.isBlank()) {
                return text;
            }
        }
        return null;
    }

    /** As {@link #text}, and the attribute is not stored again under its own name. */
    @Nullable
    String tell(Field field) {
        for (Key key : emitter.keys(field)) {
            String text = text(key);
            if (text != null && !text.isBlank()) {
                tell(key);
                return text;
            }
        }
        return null;
    }

    /** The first key of a field that has a value, with an empty text being none; null if there is none. */
    @Nullable
    Key place(Field field) {
        for (Key key : emitter.keys(field)) {
            Value value = value(key);
            if (value != null && !(value instanceof Text text && text.isEmpty())) {
                return key;
            }
        }
        return null;
    }

    void tell(Key key) {
        if (key.kind() == Key.Kind.ATTRIBUTE) {
            told.add(key.name());
        }
    }

    void tell(String attribute) {
        told.add(attribute);
    }

    boolean isTold(String attribute) {
        return told.contains(attribute);
    }

    @Nullable
    String text(Key key) {
        return switch (key.kind()) {
            case ATTRIBUTE -> attributes.text(key.name());
            case RESOURCE -> origin.resource().text(key.name());
            case EVENT -> {
                Attributes event = event(key.event());
                yield event == null ? null : event.text(key.name());
            }
            case NAME -> name.startsWith(key.name()) ? name.substring(key.name().length()) : null;
        };
    }

    @Nullable
    Value value(Key key) {
        return switch (key.kind()) {
            case ATTRIBUTE -> attributes.get(key.name());
            case RESOURCE -> origin.resource().get(key.name());
            case EVENT -> {
                Attributes event = event(key.event());
                yield event == null ? null : event.get(key.name());
            }
            case NAME -> {
                String text = text(key);
                yield text == null ? null : Text.of(text);
            }
        };
    }

    /** The attributes of the first span event of this name; null if there is none. */
    @Nullable
    Attributes event(String event) {
        List<SpanEvent> events = span == null ? List.of() : span.events();
        for (SpanEvent candidate : events) {
            if (candidate.name().equals(event)) {
                return candidate.attributes();
            }
        }
        return null;
    }
}
