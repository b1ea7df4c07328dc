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
    /**
     * A page ends early where its events pass this weight, so that a response costs a few megabytes, not the 64 that a
     * thousand events with the largest metadata would take.
     */
    static final int MAX_WEIGHT = 8 * 1024 * 1024;

    /** As many events of the page as fit a response: at least one, if there is one. */
    static EventPage fit(Page<StoredEvent, Position> page, EventSearch search) {
        List<StoredEvent> all = page.items();
        int fitting = 0;
        for (long weight = 0; fitting < all.size() && weight < MAX_WEIGHT; fitting++) {
            weight += all.get(fitting).event().weight();
        }
        Position next = page.next();
        if (fitting < all.size()) {
            StoredEvent last = all.get(fitting - 1);
            next = new Position(last.timestamp(), last.seq());
        }
        return new EventPage(all.subList(0, fitting), next == null ? null : Cursor.at(search.scope(), next));
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
