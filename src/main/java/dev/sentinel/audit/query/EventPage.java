package dev.sentinel.audit.query;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.store.FoundEvents;
import dev.sentinel.audit.store.Position;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The events of one response and the start of the next one.
 *
 * @param events JSON, as in {@link FoundEvents}
 * @param next null on the last page
 */
record EventPage(Buffer events, @Nullable Cursor next) {
    /** The page of a search result. */
    static EventPage of(FoundEvents found, EventSearch search) {
        Position next = found.next();
        return new EventPage(found.json(), next == null ? null : Cursor.at(search.scope(), next));
    }

    void writeTo(JsonBody body) throws IOException {
        JsonGenerator json = body.json();
        json.writeStartObject();
        writeFieldsTo(body);
        json.writeEndObject();
    }

    /** Writes the fields into an object that has other fields too. */
    void writeFieldsTo(JsonBody body) throws IOException {
        JsonGenerator json = body.json();
        json.writeArrayFieldStart("events");
        body.elements(events);
        json.writeEndArray();
        json.writeStringField("next_cursor", next == null ? null : next.toString());
    }
}
