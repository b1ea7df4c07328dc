package dev.sentinel.audit.query;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.store.Page;
import dev.sentinel.audit.store.Position;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The events of one response and where the next one starts.
 *
 * @param next null on the last page
 */
record EventPage(List<StoredEvent> events, @Nullable Cursor next) {
    /** What the store found for a search. */
    static EventPage of(Page<StoredEvent, Position> page, EventSearch search) {
        Position next = page.next();
        return new EventPage(page.items(), next == null ? null : Cursor.at(search.scope(), next));
    }

    void writeTo(JsonGenerator json) throws IOException {
        json.writeStartObject();
        writeFieldsTo(json);
        json.writeEndObject();
    }

    /** For an answer that says more than the events. */
    void writeFieldsTo(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("events");
        for (StoredEvent event : events) {
            EventWriter.write(json, event);
        }
        json.writeEndArray();
        json.writeStringField("next_cursor", next == null ? null : next.toString());
    }
}
