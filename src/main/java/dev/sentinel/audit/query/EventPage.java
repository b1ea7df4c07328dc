package dev.sentinel.audit.query;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.FoundEvents;
import dev.sentinel.audit.store.Position;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The events of one response and the start of the next one.
 *
 * @param events JSON, as in {@link FoundEvents}
 * @param next null on the last page
 * @param searchedTo the effective time that the search has reached; null on the last page, and for a key that may read
 *     only some agents: the search may have passed events of others
 */
record EventPage(
        Buffer events, @Nullable Cursor next, @Nullable Instant searchedTo) {
    /** The page of a search result. */
    static EventPage of(FoundEvents found, EventSearch search) {
        Position next = found.next();
        if (next == null) {
            return new EventPage(found.json(), null, null);
        }
        boolean readsAll = search.query().filter().agentPrefix().isEmpty();
        return new EventPage(found.json(), Cursor.at(search.scope(), next), readsAll ? next.time() : null);
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
        if (searchedTo != null) {
            json.writeStringField("searched_to", Timestamps.format(searchedTo));
        }
    }
}
