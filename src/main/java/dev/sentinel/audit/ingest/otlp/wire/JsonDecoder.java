package dev.sentinel.audit.ingest.otlp.wire;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Decodes one request in JSON: what encloses the records. One thread. */
final class JsonDecoder {
    private static final String NO_OBJECT = "the record is not a JSON object";

    private final JsonInput in;
    private final JsonRecords records;
    private final Signal signal;
    private final Delivery delivery;
    private boolean found;
    private @Nullable Signal meant;

    private JsonDecoder(JsonInput in, Signal signal, RecordVisitor visitor) {
        this.in = in;
        this.records = new JsonRecords(in);
        this.signal = signal;
        this.delivery = new Delivery(visitor);
    }

    static TopLevel decode(InputStream body, Signal signal, RecordVisitor visitor)
            throws IOException, MalformedRequestException {
        try (JsonInput in = new JsonInput(body)) {
            return new JsonDecoder(in, signal, visitor).decode();
        } catch (StreamConstraintsException e) {
            throw new MalformedRequestException("A string, a name or the nesting of the JSON is too large.");
        } catch (JacksonException e) {
            throw new MalformedRequestException("The body is not valid JSON, or it is cut off.");
        }
    }

    private TopLevel decode() throws IOException, MalformedRequestException {
        // An empty body is an empty request, as in protobuf.
        if (in.next()) {
            if (!in.isObject()) {
                throw new MalformedRequestException("The body must be one JSON object.");
            }
            in.object(this::ofRequest);
            if (in.next()) {
                throw new MalformedRequestException("The body must be one JSON object, and more follows it.");
            }
        }
        return new TopLevel(found, meant);
    }

    private boolean ofRequest(String name) throws IOException, MalformedRequestException {
        if (!name.equals(signal.member())) {
            Signal other = Signal.meantBy(name);
            meant = other == null ? meant : other;
            return false;
        }
        found = true;
        if (!in.isArray() && !in.isNull()) {
            throw new MalformedRequestException("The member " + name + " must be an array.");
        }
        in.array(() -> {
            in.object(this::ofResource);
            delivery.endResource();
        });
        return true;
    }

    private boolean ofResource(String name) throws IOException, MalformedRequestException {
        switch (name) {
            case "resource" -> delivery.resource(records.resource());
            case "scopeSpans", "scopeLogs" ->
                in.array(() -> {
                    in.object(this::ofScope);
                    delivery.endScope();
                });
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean ofScope(String name) throws IOException, MalformedRequestException {
        if (name.equals("scope")) {
            delivery.scope(records.scope());
        } else if (name.equals("spans") && signal == Signal.TRACES) {
            in.array(this::span);
        } else if (name.equals("logRecords") && signal == Signal.LOGS) {
            in.array(this::log);
        } else {
            return false;
        }
        return true;
    }

    private void span() throws IOException, MalformedRequestException {
        if (isObject()) {
            SpanDraft span = records.span();
            String unreadable = span.ids.unreadable();
            if (unreadable == null) {
                delivery.span(span.build(), span.room.taken());
            } else {
                delivery.unreadable(unreadable);
            }
        }
    }

    private void log() throws IOException, MalformedRequestException {
        if (isObject()) {
            LogDraft log = records.log();
            String unreadable = log.ids.unreadable();
            if (unreadable == null) {
                delivery.log(log.build(), log.room.taken());
            } else {
                delivery.unreadable(unreadable);
            }
        }
    }

    private boolean isObject() throws IOException {
        if (in.isObject()) {
            return true;
        }
        in.skip();
        delivery.unreadable(NO_OBJECT);
        return false;
    }
}
