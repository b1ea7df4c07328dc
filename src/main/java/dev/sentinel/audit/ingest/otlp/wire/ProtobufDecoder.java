package dev.sentinel.audit.ingest.otlp.wire;

import static dev.sentinel.audit.ingest.otlp.wire.ProtobufInput.FIXED64;
import static dev.sentinel.audit.ingest.otlp.wire.ProtobufInput.LENGTH;
import static dev.sentinel.audit.ingest.otlp.wire.ProtobufInput.VARINT;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;

/**
 * Decodes one request in protobuf (opentelemetry-proto: {@code trace/v1/trace.proto}, {@code logs/v1/logs.proto}, and
 * {@code collector/} for the requests). The messages of both signals have the same outer fields. One thread.
 */
final class ProtobufDecoder {
    private static final String MALFORMED = "the record is not valid protobuf";

    private final ProtobufInput in;
    private final ProtobufValues values;
    private final Signal signal;
    private final Delivery delivery;
    private boolean found;

    ProtobufDecoder(ProtobufInput in, Signal signal, RecordVisitor visitor) {
        this.in = in;
        this.values = new ProtobufValues(in);
        this.signal = signal;
        this.delivery = new Delivery(visitor);
    }

    TopLevel decode() throws IOException, MalformedRequestException {
        try {
            in.fields(tag -> {
                if (tag != (1 << 3 | LENGTH)) {
                    return false;
                }
                found = true;
                in.message(this::ofResource);
                delivery.endResource();
                return true;
            });
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedRequestException("The body is not valid protobuf, or it is cut off.");
        }
        return new TopLevel(found, null);
    }

    private boolean ofResource(int tag) throws IOException, MalformedRequestException {
        switch (tag) {
            case 1 << 3 | LENGTH -> delivery.resource(resource());
            case 2 << 3 | LENGTH -> {
                in.message(this::ofScope);
                delivery.endScope();
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private Attributes resource() throws IOException, MalformedRequestException {
        Attributes.Builder attributes = Attributes.builder();
        Room room = new Room();
        in.messageIfValid(tag -> isAttribute(tag, 1, attributes, room));
        return attributes.build();
    }

    private boolean ofScope(int tag) throws IOException, MalformedRequestException {
        switch (tag) {
            case 1 << 3 | LENGTH -> delivery.scope(scope());
            case 2 << 3 | LENGTH -> {
                if (signal == Signal.LOGS) {
                    log();
                } else {
                    span();
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private Scope scope() throws IOException, MalformedRequestException {
        Room room = new Room();
        String[] texts = {"", ""};
        in.messageIfValid(tag -> {
            if (tag != (1 << 3 | LENGTH) && tag != (2 << 3 | LENGTH)) {
                return false;
            }
            texts[(tag >> 3) - 1] = in.text(room).string();
            return true;
        });
        return new Scope(texts[0], texts[1]);
    }

    private void span() throws IOException, MalformedRequestException {
        SpanDraft span = new SpanDraft();
        Attributes.Builder attributes = Attributes.builder();
        boolean valid = in.messageIfValid(tag -> ofSpan(tag, span, attributes));
        span.attributes = attributes.build();
        String unreadable = valid ? span.ids.unreadable() : MALFORMED;
        if (unreadable == null) {
            delivery.span(span.build(), span.room.taken());
        } else {
            delivery.unreadable(unreadable);
        }
    }

    private boolean ofSpan(int tag, SpanDraft span, Attributes.Builder attributes)
            throws IOException, MalformedRequestException {
        switch (tag) {
            case 1 << 3 | LENGTH -> span.ids.set(in.id(Id.Kind.TRACE), Id.Kind.TRACE);
            case 2 << 3 | LENGTH -> span.ids.set(in.id(Id.Kind.SPAN), Id.Kind.SPAN);
            case 4 << 3 | LENGTH -> span.ids.set(in.id(Id.Kind.PARENT), Id.Kind.PARENT);
            case 5 << 3 | LENGTH -> span.name = in.text(span.room).string();
            case 6 << 3 | VARINT -> span.kind = in.int32();
            case 7 << 3 | FIXED64 -> span.startNanos = in.fixed64();
            case 8 << 3 | FIXED64 -> span.endNanos = in.fixed64();
            case 10 << 3 | VARINT, 12 << 3 | VARINT, 14 << 3 | VARINT -> span.dropped.add(count());
            case 11 << 3 | LENGTH -> event(span);
            case 13 << 3 | LENGTH -> link(span);
            case 15 << 3 | LENGTH -> in.messageIfValid(field -> ofStatus(field, span));
            default -> {
                return isAttribute(tag, 9, attributes, span.room);
            }
        }
        return true;
    }

    private void event(SpanDraft span) throws IOException, MalformedRequestException {
        Attributes.Builder attributes = Attributes.builder();
        long[] time = {0};
        String[] name = {""};
        boolean valid = in.messageIfValid(tag -> {
            switch (tag) {
                case 1 << 3 | FIXED64 -> time[0] = in.fixed64();
                case 2 << 3 | LENGTH -> name[0] = in.text(span.room).string();
                case 4 << 3 | VARINT -> span.dropped.add(count());
                default -> {
                    return isAttribute(tag, 3, attributes, span.room);
                }
            }
            return true;
        });
        if (valid && span.room.takeValue()) {
            Attributes built = attributes.build();
            span.dropped.add(built.malformed());
            span.events.add(new SpanEvent(time[0], name[0], built));
        } else {
            span.dropped.add(1);
        }
    }

    private void link(SpanDraft span) throws IOException, MalformedRequestException {
        SpanDraft.Ids ids = new SpanDraft.Ids();
        boolean valid = in.messageIfValid(tag -> {
            switch (tag) {
                case 1 << 3 | LENGTH -> ids.set(in.id(Id.Kind.TRACE), Id.Kind.TRACE);
                case 2 << 3 | LENGTH -> ids.set(in.id(Id.Kind.SPAN), Id.Kind.SPAN);
                default -> {
                    return false;
                }
            }
            return true;
        });
        if (valid && ids.unreadable() == null && span.room.takeValue()) {
            span.links.add(new SpanLink(ids.trace(), ids.span()));
        } else {
            span.dropped.add(1);
        }
    }

    private boolean ofStatus(int tag, SpanDraft span) throws IOException {
        switch (tag) {
            case 2 << 3 | LENGTH -> span.statusMessage = in.text(span.room).string();
            case 3 << 3 | VARINT -> span.statusCode = in.int32();
            default -> {
                return false;
            }
        }
        return true;
    }

    private void log() throws IOException, MalformedRequestException {
        LogDraft log = new LogDraft();
        Attributes.Builder attributes = Attributes.builder();
        boolean valid = in.messageIfValid(tag -> ofLog(tag, log, attributes));
        log.attributes = attributes.build();
        String unreadable = valid ? log.ids.unreadable() : MALFORMED;
        if (unreadable == null) {
            delivery.log(log.build(), log.room.taken());
        } else {
            delivery.unreadable(unreadable);
        }
    }

    private boolean ofLog(int tag, LogDraft log, Attributes.Builder attributes)
            throws IOException, MalformedRequestException {
        switch (tag) {
            case 1 << 3 | FIXED64 -> log.timeNanos = in.fixed64();
            case 2 << 3 | VARINT -> log.severityNumber = in.int32();
            case 3 << 3 | LENGTH -> log.severityText = in.text(log.room).string();
            case 5 << 3 | LENGTH -> {
                Value body = values.value(log.room, 0);
                log.body = body == null ? Empty.EMPTY : body;
                log.dropped.add(body == null ? 1 : 0);
            }
            case 7 << 3 | VARINT -> log.dropped.add(count());
            case 9 << 3 | LENGTH -> log.ids.set(in.id(Id.Kind.TRACE), Id.Kind.TRACE);
            case 10 << 3 | LENGTH -> log.ids.set(in.id(Id.Kind.SPAN), Id.Kind.SPAN);
            case 11 << 3 | FIXED64 -> log.observedNanos = in.fixed64();
            case 12 << 3 | LENGTH -> log.eventName = in.text(log.room).string();
            default -> {
                return isAttribute(tag, 6, attributes, log.room);
            }
        }
        return true;
    }

    private boolean isAttribute(int tag, int field, Attributes.Builder into, Room room)
            throws IOException, MalformedRequestException {
        if (tag != (field << 3 | LENGTH)) {
            return false;
        }
        values.attribute(into, room, 0);
        return true;
    }

    /** Unsigned, 32 bits. */
    private long count() throws IOException {
        return Integer.toUnsignedLong(in.int32());
    }
}
