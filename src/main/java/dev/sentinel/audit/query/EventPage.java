package dev.sentinel.audit.query;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.store.FoundEvents;
import dev.sentinel.audit.store.Position;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The events of one response and where the next one starts.
 *
 * @param events JSON, as in {@link FoundEvents}
 * @param next null on the last page
 */
record EventPage(Buffer events, @Nullable Cursor next) {
    /** What the store found for a search. */
    static EventPage of(FoundEvents found, EventSearch search) {
        Position next = found.next();
        return new EventPage(found.json(), next == null ? null : Cursor.at(search.scope(), next));
    }

    void writeTo(JsonGenerator json) throws IOException {
        json.writeStartObject();
        writeFieldsTo(json);
        json.writeEndObject();
    }

    /** For an answer that says more than the events. */
    void writeFieldsTo(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("events");
        // Past the generator: what is JSON already needs no look at every character.
        json.flush();
        ((OutputStream) json.getOutputTarget()).write(events.getBytes());
        json.writeEndArray();
        json.writeStringField("next_cursor", next == null ? null : next.toString());
    }
}
