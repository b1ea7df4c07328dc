package dev.sentinel.audit.forward.format;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.Timestamps;
import java.io.IOException;
import java.util.Locale;

/**
 * Events for the HTTP Event Collector of Splunk ("Format events for HTTP Event Collector").
 *
 * @param source names the log
 * @param index where Splunk keeps the events; empty for the default of the token
 * @param sourceType how Splunk reads them
 */
public record SplunkEvents(String source, String index, String sourceType) implements EventFormat {
    /** The source type that searches can rely on. */
    public static final String SOURCE_TYPE = "sentinel:audit";

    @Override
    public void write(JsonGenerator json, StoredEvent event) throws IOException {
        json.writeStartObject();
        json.writeFieldName("time");
        json.writeNumber(seconds(event));
        json.writeStringField("source", source);
        json.writeStringField("sourcetype", sourceType);
        if (!index.isEmpty()) {
            json.writeStringField("index", index);
        }
        json.writeFieldName("event");
        EventWriter.write(json, event);
        // Fields that Splunk indexes, so that a search by them reads no events.
        json.writeObjectFieldStart("fields");
        json.writeStringField(EventJson.SEQ, Long.toString(event.seq()));
        json.writeStringField("agent", event.event().agentInstanceId());
        json.writeEndObject();
        json.writeEndObject();
    }

    /** Seconds since 1970 with six decimals. */
    private static String seconds(StoredEvent event) {
        long micros = Timestamps.toMicros(PlausibleTime.of(event));
        return String.format(Locale.ROOT, "%d.%06d", micros / 1_000_000, micros % 1_000_000);
    }
}
