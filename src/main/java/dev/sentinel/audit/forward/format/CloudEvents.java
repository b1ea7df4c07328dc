package dev.sentinel.audit.forward.format;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.Timestamps;
import java.io.IOException;
import java.util.Locale;

/**
 * CloudEvents 1.0 in JSON (cloudevents.io, spec and json-format 1.0.2), with the extensions {@code sequence} and
 * {@code partitionkey}. The event itself is {@code data}.
 *
 * @param source names the log, as a URI reference
 */
record CloudEvents(String source) implements EventFormat {
    private static final String TYPE = "dev.sentinel.audit.";

    private static final char REPLACEMENT = '\uFFFD';

    @Override
    public void write(JsonGenerator json, StoredEvent event) throws IOException {
        AuditEvent sent = event.event();
        json.writeStartObject();
        json.writeStringField("specversion", "1.0");
        json.writeStringField("id", sent.eventId().toString());
        json.writeStringField("source", source);
        json.writeStringField("type", TYPE + sent.actionType().wireName());
        json.writeStringField("time", Timestamps.format(event.timestamp()));
        json.writeStringField("subject", attribute(sent.resource()));
        // Receivers order them as strings, so all have the digits of the largest position.
        json.writeStringField("sequence", String.format(Locale.ROOT, "%019d", event.seq()));
        json.writeStringField("partitionkey", attribute(sent.agentInstanceId()));
        json.writeStringField("datacontenttype", "application/json");
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
