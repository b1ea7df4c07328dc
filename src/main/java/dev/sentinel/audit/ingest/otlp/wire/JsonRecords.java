package dev.sentinel.audit.ingest.otlp.wire;

import java.io.IOException;
import java.util.function.ToIntFunction;

/** Reads resources, scopes, spans and log records from JSON. One thread. */
final class JsonRecords {
    private final JsonInput in;
    private final JsonValues values;

    JsonRecords(JsonInput in) {
        this.in = in;
        this.values = new JsonValues(in);
    }

    Attributes resource() throws IOException, MalformedRequestException {
        Attributes[] attributes = {Attributes.NONE};
        in.object(name -> {
            if (!name.equals("attributes")) {
                return false;
            }
            attributes[0] = values.attributes(new Room());
            return true;
        });
        return attributes[0];
    }

    Scope scope() throws IOException, MalformedRequestException {
        Room room = new Room();
        String[] texts = {"", ""};
        in.object(name -> {
            switch (name) {
                case "name" -> texts[0] = in.string(room);
                case "version" -> texts[1] = in.string(room);
                default -> {
                    return false;
                }
            }
            return true;
        });
        return new Scope(texts[0], texts[1]);
    }

    SpanDraft span() throws IOException, MalformedRequestException {
        SpanDraft span = new SpanDraft();
        in.object(name -> ofSpan(name, span));
        return span;
    }

    private boolean ofSpan(String name, SpanDraft span) throws IOException, MalformedRequestException {
        switch (name) {
            case "traceId" -> span.ids.set(in.id(Id.Kind.TRACE), Id.Kind.TRACE);
            case "spanId" -> span.ids.set(in.id(Id.Kind.SPAN), Id.Kind.SPAN);
            case "parentSpanId" -> span.ids.set(in.id(Id.Kind.PARENT), Id.Kind.PARENT);
            case "name" -> span.name = in.string(span.room);
            case "kind" -> span.kind = number(EnumNames::kind);
            case "startTimeUnixNano" -> span.startNanos = in.unsigned64();
            case "endTimeUnixNano" -> span.endNanos = in.unsigned64();
            case "attributes" -> span.attributes = values.attributes(span.room);
            case "events" -> in.array(() -> event(span));
            case "links" -> in.array(() -> link(span));
            case "status" -> in.object(field -> ofStatus(field, span));
            case "droppedAttributesCount", "droppedEventsCount", "droppedLinksCount" ->
                span.dropped.add(in.unsigned64());
            default -> {
                return false;
            }
        }
        return true;
    }

    private void event(SpanDraft span) throws IOException, MalformedRequestException {
        boolean object = in.isObject();
        long[] time = {0};
        String[] title = {""};
        Attributes[] attributes = {Attributes.NONE};
        in.object(name -> {
            switch (name) {
                case "timeUnixNano" -> time[0] = in.unsigned64();
                case "name" -> title[0] = in.string(span.room);
                case "attributes" -> attributes[0] = values.attributes(span.room);
                case "droppedAttributesCount" -> span.dropped.add(in.unsigned64());
                default -> {
                    return false;
                }
            }
            return true;
        });
        if (object && span.room.takeValue()) {
            span.dropped.add(attributes[0].malformed());
            span.events.add(new SpanEvent(time[0], title[0], attributes[0]));
        } else {
            span.dropped.add(1);
        }
    }

    private void link(SpanDraft span) throws IOException, MalformedRequestException {
        boolean object = in.isObject();
        SpanDraft.Ids ids = new SpanDraft.Ids();
        in.object(name -> {
            switch (name) {
                case "traceId" -> ids.set(in.id(Id.Kind.TRACE), Id.Kind.TRACE);
                case "spanId" -> ids.set(in.id(Id.Kind.SPAN), Id.Kind.SPAN);
                default -> {
                    return false;
                }
            }
            return true;
        });
        if (object && ids.unreadable() == null && span.room.takeValue()) {
            span.links.add(new SpanLink(ids.trace(), ids.span()));
        } else {
            span.dropped.add(1);
        }
    }

    private boolean ofStatus(String name, SpanDraft span) throws IOException {
        switch (name) {
            case "code" -> span.statusCode = number(EnumNames::status);
            case "message" -> span.statusMessage = in.string(span.room);
            default -> {
                return false;
            }
        }
        return true;
    }

    LogDraft log() throws IOException, MalformedRequestException {
        LogDraft log = new LogDraft();
        in.object(name -> ofLog(name, log));
        return log;
    }

    private boolean ofLog(String name, LogDraft log) throws IOException, MalformedRequestException {
        switch (name) {
            case "timeUnixNano" -> log.timeNanos = in.unsigned64();
            case "observedTimeUnixNano" -> log.observedNanos = in.unsigned64();
            case "severityNumber" -> log.severityNumber = number(EnumNames::severity);
            case "severityText" -> log.severityText = in.string(log.room);
            case "body" -> {
                Value body = values.value(log.room, 0);
                log.body = body == null ? Empty.EMPTY : body;
                log.dropped.add(body == null ? 1 : 0);
            }
            case "attributes" -> log.attributes = values.attributes(log.room);
            case "traceId" -> log.ids.set(in.id(Id.Kind.TRACE), Id.Kind.TRACE);
            case "spanId" -> log.ids.set(in.id(Id.Kind.SPAN), Id.Kind.SPAN);
            case "eventName" -> log.eventName = in.string(log.room);
            case "droppedAttributesCount" -> log.dropped.add(in.unsigned64());
            default -> {
                return false;
            }
        }
        return true;
    }

    /** An enum: a number, the digits of one, or its name. */
    private int number(ToIntFunction<String> byName) throws IOException {
        String text = in.shortText();
        if (text == null) {
            return 0;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return byName.applyAsInt(text);
        }
    }
}
