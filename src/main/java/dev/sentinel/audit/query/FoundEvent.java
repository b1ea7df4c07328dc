package dev.sentinel.audit.query;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import java.io.IOException;

/** One event as clients get it: an object with the seal. */
sealed interface FoundEvent {

    /** The agent of which it is. */
    String agentInstanceId();

    /** Writes the object. */
    void writeTo(JsonGenerator json) throws IOException;

    /** From the store. */
    record Stored(StoredEvent event) implements FoundEvent {
        @Override
        public String agentInstanceId() {
            return event.event().agentInstanceId();
        }

        @Override
        public void writeTo(JsonGenerator json) throws IOException {
            EventWriter.writeSealed(json, event);
        }
    }

    /** From a cache, which has the same text. */
    record Cached(String agentInstanceId, String text) implements FoundEvent {
        @Override
        public void writeTo(JsonGenerator json) throws IOException {
            json.writeRawValue(text);
        }
    }
}
