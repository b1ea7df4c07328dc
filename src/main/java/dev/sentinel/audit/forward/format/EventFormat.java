package dev.sentinel.audit.forward.format;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import java.io.IOException;

/** Writes one event as one JSON object, or for a format that needs that as several. Immutable; any thread. */
@FunctionalInterface
public interface EventFormat {

    /** The event as the API returns it. */
    EventFormat EVENT = EventWriter::write;

    void write(JsonGenerator json, StoredEvent event) throws IOException;
}
