package dev.sentinel.audit.forward.format;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.Timestamps;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * CloudEvents 1.0 (cloudevents.io, spec 1.0.2), with the extensions {@code sequence} and {@code partitionkey}; as an
 * {@link EventFormat} in JSON (json-format 1.0.2). The event itself is {@code data}. Any thread.
 *
 * @param source names the log, as a URI reference
 */
public record CloudEvents(String source) implements EventFormat {
    /** The attribute that protocols have a name of their own for. */
    public static final String CONTENT_TYPE = "datacontenttype";

    private static final String TYPE = "dev.sentinel.audit.";

    private static final char REPLACEMENT = '\uFFFD';

    /** The attributes of an event, by name, in the order in which they are written. */
    public Map<String, String> attributes(StoredEvent event) {
        AuditEvent sent = event.event();
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("specversion", "1.0");
        attributes.put("id", sent.eventId().toString());
        attributes.put("source", source);
        attributes.put("type", TYPE + sent.actionType().wireName());
        attributes.put("time", Timestamps.format(event.timestamp()));
        attributes.put("subject", attribute(sent.resource()));
        // Receivers order them as strings, so all have the digits of the largest position.
        attributes.put("sequence", String.format(Locale.ROOT, "%019d", event.seq()));
        attributes.put("partitionkey", attribute(sent.agentInstanceId()));
        attributes.put(CONTENT_TYPE, "application/json");
        return attributes;
    }

    /** The attributes of a signed checkpoint that covers so many events. */
    public Map<String, String> ofCheckpoint(long size) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("specversion", "1.0");
        attributes.put("id", "checkpoint-" + size);
        attributes.put("source", source);
        attributes.put("type", TYPE + "checkpoint");
        attributes.put(CONTENT_TYPE, "text/plain; charset=utf-8");
        return attributes;
    }

    @Override
    public void write(JsonGenerator json, StoredEvent event) throws IOException {
        json.writeStartObject();
        for (Map.Entry<String, String> attribute : attributes(event).entrySet()) {
            json.writeStringField(attribute.getKey(), attribute.getValue());
        }
        json.writeFieldName("data");
        EventWriter.write(json, event);
        json.writeEndObject();
    }

    /**
     * Text without the characters that attributes must not have: controls and noncharacters (CloudEvents 1.0, type
     * String). What they were is in the event.
     */
    static String attribute(String text) {
        if (text.codePoints().noneMatch(CloudEvents::isForbidden)) {
            return text;
        }
        StringBuilder allowed = new StringBuilder(text.length());
        text.codePoints().forEach(c -> allowed.appendCodePoint(isForbidden(c) ? REPLACEMENT : c));
        return allowed.toString();
    }

    private static boolean isForbidden(int c) {
        return Character.isISOControl(c) || (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE;
    }
}
